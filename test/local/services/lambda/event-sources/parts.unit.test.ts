import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventSourceMappingConfig } from "../../../../../local/services/contract.ts";
import { Lane, laneOf } from "../../../../../local/services/lambda/event-sources/lane.ts";
import { Progress } from "../../../../../local/services/lambda/event-sources/progress.ts";
import { Signal } from "../../../../../local/services/lambda/event-sources/signal.ts";
import { validateMapping } from "../../../../../local/services/lambda/event-sources/validate-mapping.ts";

describe("progress", () => {
  it("moves its mark only over records before which nothing is open, whatever the order they end in", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 40 }, (_, index) => index),
          { minLength: 40 },
        ),
        (order) => {
          const progress = new Progress();
          for (let index = 0; index < 40; index += 1) progress.add(String(index));
          const done = new Set<number>();
          let mark = -1;
          for (const index of order) {
            done.add(index);
            mark = Number(progress.done([String(index)]) ?? mark);
            let expected = -1;
            while (done.has(expected + 1)) expected += 1;
            expect(mark).toBe(expected);
            expect(progress.open).toBe(39 - expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("forgets what lies below the mark", () => {
    const progress = new Progress();
    for (let index = 0; index < 5_000; index += 1) {
      progress.add(String(index));
      expect(progress.done([String(index)])).toBe(String(index));
    }
    expect(progress.open).toBe(0);
  });
});

describe("a signal", () => {
  it("keeps a notification for the next wait", async () => {
    const signal = new Signal();
    signal.notify();
    await signal.wait();
    const second = signal.wait().then(() => "woken");
    signal.notify();
    expect(await second).toBe("woken");
  });
});

describe("a lane", () => {
  const collect = (limits: { batchSize: number; windowMs: number }, expected: number) => {
    const batches: string[][] = [];
    const all = Promise.withResolvers<void>();
    const lane = new Lane<{ json: string }>(limits, async (batch) => {
      batches.push(batch.map(({ json }) => json));
      if (batches.flat().length === expected) all.resolve();
    });
    void lane.run();
    return { lane, batches, all: all.promise };
  };

  it("cuts batches at their size", async () => {
    const { lane, batches, all } = collect({ batchSize: 2, windowMs: 0 }, 5);
    for (const json of "abcde") lane.push({ json });
    await all;
    lane.stop();
    expect(batches).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  it("cuts batches at Lambda's payload limit", async () => {
    const { lane, batches, all } = collect({ batchSize: 100, windowMs: 0 }, 3);
    for (let index = 0; index < 3; index += 1) lane.push({ json: "x".repeat(2_500_000) });
    await all;
    lane.stop();
    expect(batches.map((batch) => batch.length)).toEqual([2, 1]);
  });

  it("waits for others within its window, and no longer than for a full batch", async () => {
    const { lane, batches, all } = collect({ batchSize: 3, windowMs: 60_000 }, 3);
    lane.push({ json: "a" });
    await new Promise((resolve) => setImmediate(resolve));
    lane.push({ json: "b" });
    lane.push({ json: "c" });
    await all;
    lane.stop();
    expect(batches).toEqual([["a", "b", "c"]]);
  });

  it("is the same for the same key, and keys spread over all of them", () => {
    const lanes = Array.from({ length: 1_000 }, (_, index) => laneOf(`order-${index}`, 10));
    expect(new Set(lanes).size).toBe(10);
    expect(laneOf("order-1", 10)).toBe(laneOf("order-1", 10));
  });
});

describe("a mapping's configuration", () => {
  const stream = {
    uuid: "u",
    functionName: "f",
    enabled: true,
    eventSourceArn: "arn:aws:kinesis:eu-west-1:0:stream/s",
    startingPosition: "LATEST" as const,
  };
  const { startingPosition: _, ...queue } = { ...stream, eventSourceArn: "arn:aws:sqs:eu-west-1:0:q" };

  it("says which service is read", () => {
    expect(validateMapping(stream)).toBe("kinesis");
    expect(validateMapping(queue)).toBe("sqs");
  });

  it.each<[string, EventSourceMappingConfig, RegExp]>([
    [
      "another service",
      { ...stream, eventSourceArn: "arn:aws:kafka:eu-west-1:0:cluster/c" },
      /event sources of kafka are not simulated/,
    ],
    ["a FIFO queue", { ...queue, eventSourceArn: "arn:aws:sqs:eu-west-1:0:q.fifo" }, /FIFO queues .* not simulated/],
    ["a tumbling window", { ...stream, tumblingWindowInSeconds: 30 }, /TumblingWindowInSeconds is not simulated/],
    ["no starting position", { ...queue, eventSourceArn: stream.eventSourceArn }, /StartingPosition is required/],
    [
      "a time on a table's stream",
      { ...stream, eventSourceArn: "arn:aws:dynamodb:eu-west-1:0:table/t/stream/1", startingPosition: "AT_TIMESTAMP" },
      /Unsupported starting position/,
    ],
    [
      "bisect on a queue",
      { ...queue, bisectBatchOnFunctionError: true },
      /bisectBatchOnFunctionError is only for streams/,
    ],
    [
      "a large batch without a window",
      { ...queue, batchSize: 11 },
      /must be greater than 0 if maximum batch size is greater than 10/,
    ],
    ["a batch of none", { ...stream, batchSize: 0 }, /BatchSize must be an integer from 1 to 10000, got 0/],
    ["eleven lanes", { ...stream, parallelizationFactor: 11 }, /ParallelizationFactor must be an integer from 1 to 10/],
    [
      "an age under a minute",
      { ...stream, maximumRecordAgeInSeconds: 59 },
      /MaximumRecordAgeInSeconds must be an integer from 60/,
    ],
    ["a bucket as destination", { ...stream, onFailureArn: "arn:aws:s3:::b" }, /only sqs and sns are/],
    ["a filter that is none", { ...stream, filters: ["{"] }, /Invalid filter pattern definition at \$: not JSON/],
    [
      "an unknown response type",
      { ...stream, functionResponseTypes: ["Other"] },
      /Other is not ReportBatchItemFailures/,
    ],
  ])("is refused for %s", (_case, config, message) => {
    expect(() => validateMapping(config)).toThrow(message);
  });
});
