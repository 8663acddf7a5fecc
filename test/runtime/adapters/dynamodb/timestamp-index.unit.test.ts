import type { BatchGetItemCommand, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { encodeCommit } from "../../../../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { at, commit, T0 } from "../../../support/counter/commits.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";

const ITEMS = [1, 2, 3].map((version) => encodeCommit(commit("a", version)));
const RANGE = { from: T0, to: at(60) };

/** A table whose index knows the items, and whose batches answer with as many of them as they are told. */
const store = (answers: number[], held = ITEMS) => {
  const batches: BatchGetItemCommand["input"][] = [];
  const queries: QueryCommand["input"][] = [];
  const send = async (command: QueryCommand | BatchGetItemCommand) => {
    if ("IndexName" in command.input) {
      queries.push(command.input);
      const bucket = command.input.ExpressionAttributeValues?.[":bucket"]?.S;
      return { Items: ITEMS.filter((item) => item["bucket"]?.S === bucket) };
    }
    batches.push((command as BatchGetItemCommand).input);
    const keys = (command as BatchGetItemCommand).input.RequestItems?.["events"]?.Keys ?? [];
    const count = answers.shift() ?? 0;
    const asked = keys.slice(0, count).map((key) => key["version"]?.N);
    const left = keys.slice(count);
    return {
      Responses: { events: held.filter((item) => asked.includes(item["version"]?.N)) },
      UnprocessedKeys: left.length === 0 ? {} : { events: { Keys: left } },
    };
  };
  const runtime = new FixedRuntime();
  return {
    events: new DynamoEventStore({ send } as unknown as DynamoDBClient, "events", runtime),
    batches,
    queries,
    runtime,
  };
};

const versionsIn = async (events: DynamoEventStore): Promise<number[]> => {
  const found: number[] = [];
  for await (const page of events.getEventsByTimeRange(RANGE)) found.push(...page.events.map(({ version }) => version));
  return found;
};

describe("a page of a range of time", () => {
  it("is read consistently, in the order of the index", async () => {
    const { events, batches } = store([3], ITEMS.toReversed());
    expect(await versionsIn(events)).toEqual([1, 2, 3]);
    expect(batches).toMatchObject([{ RequestItems: { events: { ConsistentRead: true } } }]);
  });

  it("is found by as many keys of each shard as a page takes", async () => {
    const { events, queries } = store([3]);
    await versionsIn(events);
    expect(queries.map(({ Limit }) => Limit)).toEqual(Array(8).fill(100));
  });

  it("asks again for what an answer had no room for, and waits where an answer brought nothing", async () => {
    const { events, batches, runtime } = store([1, 1, 0, 1]);
    expect(await versionsIn(events)).toEqual([1, 2, 3]);
    expect(batches).toHaveLength(4);
    expect(runtime.sleeps).toHaveLength(1);
  });

  it("is given up when nothing comes", async () => {
    const { events, batches } = store([1]);
    await expect(versionsIn(events)).rejects.toMatchObject({ code: "NEXUS_EVENT_STORE_UNAVAILABLE", retryable: true });
    expect(batches).toHaveLength(6);
  });

  it("says which commit the index has and the log has not", async () => {
    const { events } = store([3], ITEMS.slice(0, 2));
    await expect(versionsIn(events)).rejects.toMatchObject({
      code: "NEXUS_LOG_CORRUPT",
      context: { aggregateId: "a", version: 3 },
    });
  });
});
