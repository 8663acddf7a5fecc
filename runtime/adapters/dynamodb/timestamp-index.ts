import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { recordedEvents } from "../../kernel/event.ts";
import { type TimeKeyRange, timeKeyRange } from "../../kernel/timeline.ts";
import type { CommitKey, EventPage, TimeRange, TimeRangeOptions } from "../../ports/event-store.ts";
import { EVENTS } from "./attributes.ts";
import { bucketOf, decodeCommit, TIMESTAMP_SHARDS } from "./commit-item.ts";
import type { EventsTable, Key } from "./events-table.ts";

const HOUR_MS = 3_600_000;
/** BatchGetItem takes no more. */
const PAGE_COMMITS = 100;

const timeKey = (key: Key): string => key[EVENTS.indexSortKey]?.S ?? "";

/** The events of a range through TimestampIndex: hour by hour, its shards merged, then the items themselves. */
export async function* eventPages(
  table: EventsTable,
  range: TimeRange,
  { after, pageCommits = PAGE_COMMITS }: TimeRangeOptions,
): AsyncGenerator<EventPage> {
  const size = Math.min(pageCommits, PAGE_COMMITS);
  let keys: Key[] = [];
  for await (const key of keysInOrder(table, timeKeyRange(range, after))) {
    keys.push(key);
    if (keys.length < size) continue;
    yield await eventPage(table, keys);
    keys = [];
  }
  if (keys.length > 0) yield await eventPage(table, keys);
}

/** The keys of a range, in no order across shards. */
export async function* commitKeys(table: EventsTable, range: TimeRange): AsyncGenerator<readonly CommitKey[]> {
  const keys = timeKeyRange(range);
  for (const hour of hoursOf(keys))
    for (let shard = 0; shard < TIMESTAMP_SHARDS; shard++)
      for await (const page of shardPages(table, bucketOf(hour, shard), keys))
        yield page.map((key) => ({
          aggregateId: key[EVENTS.partitionKey]?.S ?? "",
          version: Number(key[EVENTS.sortKey]?.N),
        }));
}

function* hoursOf({ from, to }: TimeKeyRange): Generator<string> {
  const first = Math.floor(Date.parse(from.slice(0, 24)) / HOUR_MS) * HOUR_MS;
  for (let hour = first; hour < Date.parse(to); hour += HOUR_MS) yield new Date(hour).toISOString();
}

/** Merges the shards of each hour, holding one page of each. */
async function* keysInOrder(table: EventsTable, range: TimeKeyRange): AsyncGenerator<Key> {
  for (const hour of hoursOf(range)) {
    const shards = Array.from({ length: TIMESTAMP_SHARDS }, (_, shard) =>
      shardKeys(table, bucketOf(hour, shard), range),
    );
    const heads = await Promise.all(shards.map((shard) => shard.next()));
    for (;;) {
      const first = heads.reduce<number | undefined>((best, head, index) => {
        if (head.done) return best;
        const other = best === undefined ? undefined : heads[best];
        return other === undefined || other.done || timeKey(head.value) < timeKey(other.value) ? index : best;
      }, undefined);
      const [head, shard] = first === undefined ? [] : [heads[first], shards[first]];
      if (first === undefined || head === undefined || head.done || shard === undefined) break;
      yield head.value;
      heads[first] = await shard.next();
    }
  }
}

async function* shardKeys(table: EventsTable, bucket: string, range: TimeKeyRange): AsyncGenerator<Key, undefined> {
  for await (const page of shardPages(table, bucket, range)) yield* page;
}

async function* shardPages(table: EventsTable, bucket: string, { from, to }: TimeKeyRange): AsyncGenerator<Key[]> {
  let start: Key | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.query({
      IndexName: EVENTS.timestampIndex,
      KeyConditionExpression: `#bucket = :bucket AND ${EVENTS.indexSortKey} BETWEEN :from AND :to`,
      // A reserved word.
      ExpressionAttributeNames: { "#bucket": EVENTS.indexPartitionKey },
      ExpressionAttributeValues: { ":bucket": { S: bucket }, ":from": { S: from }, ":to": { S: to } },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    yield Items;
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

/** The items of the keys, in the order of the keys; BatchGetItem keeps none. */
const eventPage = async (table: EventsTable, keys: readonly Key[]): Promise<EventPage> => {
  const found = new Map<string, Key>();
  let pending: Key[] | undefined = keys.map((key) => ({
    [EVENTS.partitionKey]: key[EVENTS.partitionKey] ?? { S: "" },
    [EVENTS.sortKey]: key[EVENTS.sortKey] ?? { N: "0" },
  }));
  for (let attempt = 1; pending !== undefined && pending.length > 0; attempt++) {
    // What was left out was throttled.
    if (attempt > 1) await table.pause(attempt - 1);
    const command: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: { [table.name]: { Keys: pending } } });
    const { Responses, UnprocessedKeys } = await table.read(() => table.client.send(command));
    for (const item of Responses?.[table.name] ?? []) found.set(timeKey(item), item);
    pending = UnprocessedKeys?.[table.name]?.Keys;
  }
  const events = keys.flatMap((key) => {
    const item = found.get(timeKey(key));
    return item === undefined ? [] : recordedEvents(decodeCommit(item));
  });
  return { events, token: timeKey(keys.at(-1) ?? {}) };
};
