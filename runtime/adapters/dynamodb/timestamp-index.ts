import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import { type RecordedEvent, recordedEvents } from "../../kernel/event.ts";
import type { TimeRange } from "../../ports/event-store.ts";
import { translateAwsError } from "../aws/errors.ts";
import { EVENTS } from "./attributes.ts";
import { bucketOf, decodeCommit, TIMESTAMP_SHARDS } from "./commit-item.ts";

type Key = Record<string, AttributeValue>;

const HOUR_MS = 3_600_000;
const BATCH_GET_KEYS = 100;

const instant = (text: string, name: string): string => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw nexusError("NEXUS_REQUEST_INVALID", `${name} is not an RFC 3339 time`);
  return new Date(time).toISOString();
};

/** The commits of a range through TimestampIndex: hour by hour, its shards side by side, then the items themselves. */
export async function* eventsByTimeRange(
  client: DynamoDBClient,
  tableName: string,
  range: TimeRange,
): AsyncGenerator<RecordedEvent> {
  const from = instant(range.from, "from");
  const to = instant(range.to, "to");
  try {
    for (let hour = Math.floor(Date.parse(from) / HOUR_MS) * HOUR_MS; hour < Date.parse(to); hour += HOUR_MS) {
      const shards = Array.from({ length: TIMESTAMP_SHARDS }, (_, shard) =>
        shardKeys(client, tableName, bucketOf(new Date(hour).toISOString(), shard), from, to),
      );
      const keys = (await Promise.all(shards)).flat().sort((a, b) => (timeKey(a) < timeKey(b) ? -1 : 1));
      for (let start = 0; start < keys.length; start += BATCH_GET_KEYS)
        yield* (await items(client, tableName, keys.slice(start, start + BATCH_GET_KEYS))).flatMap((item) =>
          recordedEvents(decodeCommit(item)),
        );
    }
  } catch (error) {
    throw translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", "read a range of the log");
  }
}

const timeKey = (key: Key): string => key[EVENTS.indexSortKey]?.S ?? "";

const shardKeys = async (
  client: DynamoDBClient,
  tableName: string,
  bucket: string,
  from: string,
  to: string,
): Promise<Key[]> => {
  const keys: Key[] = [];
  let start: Key | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: EVENTS.timestampIndex,
        // A time key goes on behind its instant, so that one at `to` itself sorts after the bound.
        KeyConditionExpression: `#bucket = :bucket AND ${EVENTS.indexSortKey} BETWEEN :from AND :to`,
        // A reserved word.
        ExpressionAttributeNames: { "#bucket": EVENTS.indexPartitionKey },
        ExpressionAttributeValues: { ":bucket": { S: bucket }, ":from": { S: from }, ":to": { S: to } },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...Items);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return keys;
};

/** The items of the keys, in the order of the keys; BatchGetItem keeps none. */
const items = async (client: DynamoDBClient, tableName: string, keys: readonly Key[]): Promise<Key[]> => {
  const found = new Map<string, Key>();
  let pending: Key[] | undefined = keys.map((key) => ({
    [EVENTS.partitionKey]: key[EVENTS.partitionKey] ?? { S: "" },
    [EVENTS.sortKey]: key[EVENTS.sortKey] ?? { N: "0" },
  }));
  while (pending !== undefined && pending.length > 0) {
    const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: pending } } }),
    );
    for (const item of Responses?.[tableName] ?? []) found.set(timeKey(item), item);
    pending = UnprocessedKeys?.[tableName]?.Keys;
  }
  return keys.flatMap((key) => {
    const item = found.get(timeKey(key));
    return item === undefined ? [] : [item];
  });
};
