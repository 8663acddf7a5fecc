import { describe, expect, it } from "vitest";
import {
  type DeliveryOutcome,
  type DeliveryPolicy,
  deliverBatch,
} from "../../../../../local/services/lambda/event-sources/batch-delivery.ts";
import { readBatchResponse } from "../../../../../local/services/lambda/event-sources/batch-response.ts";

const POLICY: DeliveryPolicy = {
  maximumRetryAttempts: 2,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: false,
};
const throws = (): DeliveryOutcome<string> => ({
  kind: "verdict",
  verdict: { kind: "failure", reason: "thrown" },
  failure: "thrown",
});
const fails = (...failed: string[]): DeliveryOutcome<string> =>
  failed.length === 0
    ? { kind: "verdict", verdict: { kind: "success" } }
    : { kind: "verdict", verdict: { kind: "partial", failed: new Set(failed) } };

/** Delivers the letters of a text as records; says what the function saw, what was settled and what was given up. */
const deliver = async (
  letters: string,
  handler: (batch: string, call: number) => DeliveryOutcome<string>,
  policy: Partial<DeliveryPolicy> = {},
  ages: Record<string, number> = {},
  pauses = Number.POSITIVE_INFINITY,
) => {
  const seen: string[] = [];
  const settled: string[] = [];
  const givenUp: string[] = [];
  const paused: number[] = [];
  await deliverBatch<string, string>(
    [...letters],
    { ...POLICY, ...policy },
    {
      invoke: async (batch) => handler(batch.join(""), seen.push(batch.join(""))),
      identifierOf: (record) => record,
      arrivedAt: (record) => -(ages[record] ?? 0) * 1000,
      now: () => 0,
      settled: (records) => settled.push(records.join("")),
      giveUp: async (batch, reason, invocations) => void givenUp.push(`${batch.join("")} ${reason} ${invocations}`),
      pause: async (retry) => paused.push(retry) <= pauses,
    },
  );
  return { seen, settled, givenUp, paused };
};

describe("a batch of a stream", () => {
  it("is settled when the function takes it", async () => {
    expect(await deliver("abc", () => fails())).toEqual({ seen: ["abc"], settled: ["abc"], givenUp: [], paused: [] });
  });

  it("is tried again whole, with growing pauses, and given up after its retries", async () => {
    expect(await deliver("abc", throws)).toEqual({
      seen: ["abc", "abc", "abc"],
      settled: ["abc"],
      givenUp: ["abc RetryAttemptsExhausted 3"],
      paused: [1, 2],
    });
  });

  it("is tried for ever with -1", async () => {
    const { seen, givenUp } = await deliver("a", (_batch, call) => (call < 50 ? throws() : fails()), {
      maximumRetryAttempts: -1,
    });
    expect(seen).toHaveLength(50);
    expect(givenUp).toEqual([]);
  });

  it("goes on from the first record the function names", async () => {
    const result = await deliver("abcd", (_batch, call) => (call === 1 ? fails("d", "b") : fails()));
    expect(result).toMatchObject({ seen: ["abcd", "bcd"], settled: ["a", "bcd"] });
  });

  it("gives up the rest when the named record never succeeds", async () => {
    const result = await deliver("abc", () => fails("b"));
    expect(result).toMatchObject({
      seen: ["abc", "bc", "bc"],
      settled: ["a", "bc"],
      givenUp: ["bc RetryAttemptsExhausted 3"],
    });
  });

  it("is halved down to the record that fails, at no cost of retries", async () => {
    const result = await deliver("abcd", (batch) => (batch.includes("c") ? throws() : fails()), {
      bisectBatchOnFunctionError: true,
    });
    expect(result).toMatchObject({
      seen: ["abcd", "ab", "cd", "c", "c", "c", "d"],
      settled: ["ab", "c", "d"],
      givenUp: ["c RetryAttemptsExhausted 5"],
    });
  });

  it("is cut at the named record where it bisects, and halved where that does not help", async () => {
    const result = await deliver("abcd", (batch) => (batch.includes("b") ? fails("b") : fails()), {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
    });
    expect(result).toMatchObject({ seen: ["abcd", "bcd", "bc", "b", "c", "d"], settled: ["a", "b", "c", "d"] });
    expect(result.givenUp).toEqual(["b RetryAttemptsExhausted 4"]);
  });

  it("loses its records that are too old, before and between tries", async () => {
    const result = await deliver("abc", () => fails(), { maximumRecordAgeInSeconds: 60 }, { a: 61, c: 59 });
    expect(result).toMatchObject({ seen: ["bc"], settled: ["a", "bc"], givenUp: ["a RecordAgeExceeded 0"] });
  });

  it("waits while the function is throttled, at no cost of retries", async () => {
    const result = await deliver("a", (_batch, call) => (call < 10 ? { kind: "unreached" } : fails()), {
      maximumRetryAttempts: 0,
    });
    expect(result).toMatchObject({ settled: ["a"], givenUp: [], paused: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });

  it("settles nothing more once the mapping is stopped", async () => {
    const result = await deliver("ab", throws, { maximumRetryAttempts: -1 }, {}, 2);
    expect(result).toMatchObject({ seen: ["ab", "ab", "ab"], settled: [], givenUp: [] });
  });
});

describe("a function's answer to a batch", () => {
  const identifiers = new Set(["1", "2"]);
  it.each<[string, unknown, ReturnType<typeof readBatchResponse>["kind"]]>([
    ["nothing", null, "success"],
    ["an empty object", {}, "success"],
    ["a null list", { batchItemFailures: null }, "success"],
    ["an empty list", { batchItemFailures: [] }, "success"],
    ["a record of the batch", { batchItemFailures: [{ itemIdentifier: "2" }] }, "partial"],
    ["an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }, "failure"],
    ["a null identifier", { batchItemFailures: [{ itemIdentifier: null }] }, "failure"],
    ["a misspelt key", { batchItemFailures: [{ identifier: "1" }] }, "failure"],
    ["a record of no batch", { batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "9" }] }, "failure"],
    ["no list", { batchItemFailures: "1" }, "failure"],
    ["no object", "ok", "failure"],
  ])("%s", (_case, answer, kind) => {
    expect(readBatchResponse(answer, identifiers).kind).toBe(kind);
  });
});
