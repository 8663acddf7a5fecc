import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import { recordedEvents } from "../../kernel/event.ts";
import { type TimeKeyRange, timeKeyRange } from "../../kernel/timeline.ts";
import type { CommitKey, EventPage, TimeRange, TimeRangeOptions } from "../../ports/event-store.ts";
import { EVENTS } from "./attributes.ts";
import { bucketOf, decodeCommit, TIMESTAMP_SHARDS } from "./commit-item.ts";
import type { EventsTable, Key } from "./events-table.ts";

const HOUR_MS = 3_600_000;
/** BatchGetItem takes no more. */
const PAGE_COMMITS = 100;
/** Answers without an item after which a page is given up. */
const IDLE_ANSWERS = 5;

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

/** A page at a time of what a page of events takes at most: whoever wants one page pays for no megabyte of keys. */
async function* shardKeys(table: EventsTable, bucket: string, range: TimeKeyRange): AsyncGenerator<Key, undefined> {
  for await (const page of shardPages(table, bucket, range, PAGE_COMMITS)) yield* page;
}

async function* shardPages(
  table: EventsTable,
  bucket: string,
  { from, to }: TimeKeyRange,
  limit?: number,
): AsyncGenerator<Key[]> {
  let start: Key | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.query({
      IndexName: EVENTS.timestampIndex,
      KeyConditionExpression: `#bucket = :bucket AND ${EVENTS.indexSortKey} BETWEEN :from AND :to`,
      // A reserved word.
      ExpressionAttributeNames: { "#bucket": EVENTS.indexPartitionKey },
      ExpressionAttributeValues: { ":bucket": { S: bucket }, ":from": { S: from }, ":to": { S: to } },
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    yield Items;
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

/** The items of the keys, in the order of the keys; BatchGetItem keeps none. */
const eventPage = async (table: EventsTable, keys: readonly Key[]): Promise<EventPage> => {
  const found = new Map<string, Key>();
  let pending: Key[] = keys.map((key) => ({
    [EVENTS.partitionKey]: key[EVENTS.partitionKey] ?? { S: "" },
    [EVENTS.sortKey]: key[EVENTS.sortKey] ?? { N: "0" },
  }));
  // An answer holds 16 MB at most, so that large commits take several; one that brings nothing was throttled.
  for (let idle = 0; pending.length > 0; ) {
    const Keys = pending;
    const command = new BatchGetItemCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await table.read(() => table.client.send(command));
    for (const item of Responses?.[table.name] ?? []) found.set(timeKey(item), item);
    pending = UnprocessedKeys?.[table.name]?.Keys ?? [];
    idle = pending.length < Keys.length ? 0 : idle + 1;
    if (idle === IDLE_ANSWERS)
      throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "could not read the log: its table is throttled");
    if (idle > 0) await table.pause(idle);
  }
  const events = keys.flatMap((key) => {
    const item = found.get(timeKey(key));
    if (item !== undefined) return recordedEvents(decodeCommit(item));
    const [aggregateId, version] = [key[EVENTS.partitionKey]?.S, Number(key[EVENTS.sortKey]?.N)];
    throw nexusError("NEXUS_LOG_CORRUPT", `TimestampIndex has version ${version} of ${aggregateId}, the log does not`, {
      context: { ...(aggregateId === undefined ? {} : { aggregateId }), version },
    });
  });
  return { events, commits: keys.length, token: timeKey(keys.at(-1) ?? {}) };
};
