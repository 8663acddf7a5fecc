import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import type { Commit, StoredEvent } from "../../kernel/event.ts";
import { timeKeyOf } from "../../kernel/timeline.ts";
import { EVENTS } from "./attributes.ts";
import { decodeJson, encodeJson, storedBytes } from "./payload.ts";

/** DynamoDB's own limit is 400 KB; the rest is room for the index copy and for attributes to come. */
export const COMMIT_LIMIT_BYTES = 350 * 1_024;

/** Partitions an hour's commits are spread over in TimestampIndex: 8 times 1,000 WCU. A change needs a new index. */
export const TIMESTAMP_SHARDS = 8;

/** Attributes as the SDK and as Lambda's stream records give them; they differ only in binary. */
export type Item = Readonly<Record<string, Partial<AttributeValue> | { readonly B?: Uint8Array | string }>>;

/** FNV-1a; any hash that spreads ids evenly would do. */
const shardOf = (aggregateId: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < aggregateId.length; index++)
    hash = Math.imul(hash ^ aggregateId.charCodeAt(index), 0x01000193) >>> 0;
  return hash % TIMESTAMP_SHARDS;
};

/** The hour of an instant, `2026-01-31T09`, with the shard. */
export const bucketOf = (time: string, shard: number): string => `${time.slice(0, 13)}#${shard}`;

/** Throws `NEXUS_COMMIT_TOO_LARGE`. */
export const encodeCommit = (commit: Commit): Record<string, AttributeValue> => {
  const item: Record<string, AttributeValue> = {
    [EVENTS.partitionKey]: { S: commit.aggregateId },
    [EVENTS.sortKey]: { N: String(commit.version) },
    aggregate: { S: commit.aggregate },
    committedAt: { S: commit.committedAt },
    commandId: { S: commit.commandId },
    commandDigest: { S: commit.commandDigest },
    correlationId: { S: commit.correlationId },
    causationId: { S: commit.causationId },
    actor: { S: commit.actor },
    eventCount: { N: String(commit.events.length) },
    events: encodeJson(commit.events),
    [EVENTS.indexPartitionKey]: { S: bucketOf(commit.committedAt, shardOf(commit.aggregateId)) },
    [EVENTS.indexSortKey]: { S: timeKeyOf(commit) },
  };
  if (commit.traceparent !== undefined) item["traceparent"] = { S: commit.traceparent };
  if (commit.chain !== undefined) {
    item["previousDigest"] = { S: commit.chain.previous };
    item["digest"] = { S: commit.chain.digest };
  }
  const bytes = sizeOf(item);
  if (bytes <= COMMIT_LIMIT_BYTES) return item;
  throw nexusError("NEXUS_COMMIT_TOO_LARGE", `the commit takes ${bytes} bytes of at most ${COMMIT_LIMIT_BYTES}`, {
    context: { aggregateId: commit.aggregateId, bytes, limitBytes: COMMIT_LIMIT_BYTES },
  });
};

/** As DynamoDB counts it, near enough: names and values in UTF-8; a number never takes more than 21 bytes. */
const sizeOf = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + name.length + (storedBytes(value) || 21), 0);

const optionalText = (item: Item, name: string): string | undefined =>
  (item[name] as Partial<AttributeValue.SMember> | undefined)?.S;

const text = (item: Item, name: string): string => {
  const value = optionalText(item, name);
  if (value === undefined) throw nexusError("NEXUS_LOG_CORRUPT", `an item of the log has no string ${name}`);
  return value;
};

const number = (item: Item, name: string): number => {
  const value = Number((item[name] as Partial<AttributeValue.NMember> | undefined)?.N);
  if (!Number.isSafeInteger(value)) throw nexusError("NEXUS_LOG_CORRUPT", `an item of the log has no number ${name}`);
  return value;
};

/** Throws `NEXUS_LOG_CORRUPT` naming the attribute that is missing or wrong. */
export const decodeCommit = (item: Item): Commit => {
  const events = decodeJson(item["events"] as Parameters<typeof decodeJson>[0]) as readonly StoredEvent[];
  const traceparent = optionalText(item, "traceparent");
  const digest = optionalText(item, "digest");
  if (!Array.isArray(events) || events.length !== number(item, "eventCount"))
    throw nexusError("NEXUS_LOG_CORRUPT", "an item of the log does not hold as many events as it says");
  return {
    aggregate: text(item, "aggregate"),
    aggregateId: text(item, EVENTS.partitionKey),
    version: number(item, EVENTS.sortKey),
    committedAt: text(item, "committedAt"),
    commandId: text(item, "commandId"),
    commandDigest: text(item, "commandDigest"),
    correlationId: text(item, "correlationId"),
    causationId: text(item, "causationId"),
    actor: text(item, "actor"),
    ...(traceparent === undefined ? {} : { traceparent }),
    events,
    ...(digest === undefined ? {} : { chain: { previous: text(item, "previousDigest"), digest } }),
  };
};

/** Size of the part of an item that grows. */
export const commitBytes = (item: Item): number => storedBytes(item["events"] as Parameters<typeof storedBytes>[0]);
