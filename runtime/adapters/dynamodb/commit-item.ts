import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import type { Commit } from "../../kernel/event.ts";
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

/**
 * The item of a commit: its keys, the keys of TimestampIndex, and all it says as one JSON document, packed where it is
 * long. An attribute for each field would cost the table and the SDK about twice the time to read a log
 * (docs/decisions/commits-are-documents.md). Throws `NEXUS_COMMIT_TOO_LARGE`.
 */
export const encodeCommit = ({ aggregateId, version, ...document }: Commit): Record<string, AttributeValue> => {
  const { committedAt } = document;
  const item: Record<string, AttributeValue> = {
    [EVENTS.partitionKey]: { S: aggregateId },
    [EVENTS.sortKey]: { N: String(version) },
    [EVENTS.document]: encodeJson(document),
    [EVENTS.indexPartitionKey]: { S: bucketOf(committedAt, shardOf(aggregateId)) },
    [EVENTS.indexSortKey]: { S: timeKeyOf({ aggregateId, version, committedAt }) },
  };
  const bytes = sizeOf(item);
  if (bytes <= COMMIT_LIMIT_BYTES) return item;
  throw nexusError("NEXUS_COMMIT_TOO_LARGE", `the commit takes ${bytes} bytes of at most ${COMMIT_LIMIT_BYTES}`, {
    context: { aggregateId, bytes, limitBytes: COMMIT_LIMIT_BYTES },
  });
};

/** As DynamoDB counts it, near enough: names and values in UTF-8; a number never takes more than 21 bytes. */
const sizeOf = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + name.length + (storedBytes(value) || 21), 0);

type Encoded = Parameters<typeof decodeJson>[0];

const TEXTS = [
  "aggregate",
  "committedAt",
  "commandId",
  "commandDigest",
  "correlationId",
  "causationId",
  "actor",
] as const;

const isDocument = (value: unknown): value is Omit<Commit, "aggregateId" | "version"> =>
  typeof value === "object" &&
  value !== null &&
  TEXTS.every((name) => typeof Reflect.get(value, name) === "string") &&
  "events" in value &&
  Array.isArray(value.events) &&
  value.events.length > 0;

/** Throws `NEXUS_LOG_CORRUPT` naming the item, where its key can be read. */
export const decodeCommit = (item: Item): Commit => {
  const aggregateId = (item[EVENTS.partitionKey] as Partial<AttributeValue.SMember> | undefined)?.S;
  const version = Number((item[EVENTS.sortKey] as Partial<AttributeValue.NMember> | undefined)?.N);
  const document = decodeJson(item[EVENTS.document] as Encoded);
  if (aggregateId !== undefined && Number.isSafeInteger(version) && isDocument(document))
    return { aggregateId, version, ...document };
  throw nexusError(
    "NEXUS_LOG_CORRUPT",
    `the item of ${aggregateId ?? "no aggregate"} at version ${version} is no commit`,
    {
      context: { ...(aggregateId === undefined ? {} : { aggregateId }), version },
    },
  );
};

/** Size of the part of an item that grows. */
export const commitBytes = (item: Item): number => storedBytes(item[EVENTS.document] as Encoded);
