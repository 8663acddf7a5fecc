import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import { type Commit, isCommitDocument } from "../../kernel/event.ts";
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

/** Where TimestampIndex has a commit. */
export const indexKeysOf = (commit: Commit) => ({
  [EVENTS.indexPartitionKey]: { S: bucketOf(commit.committedAt, shardOf(commit.aggregateId)) },
  [EVENTS.indexSortKey]: { S: timeKeyOf(commit) },
});

/**
 * The item of a commit: its keys, the keys of TimestampIndex, and all it says as one JSON document, packed where it is
 * long. An attribute for each field would cost the table and the SDK about twice the time to read a log
 * (docs/decisions/commits-are-documents.md). Throws `NEXUS_COMMIT_TOO_LARGE`.
 */
export const encodeCommit = (commit: Commit): Record<string, AttributeValue> => {
  const { aggregateId, version, ...document } = commit;
  const item: Record<string, AttributeValue> = {
    [EVENTS.partitionKey]: { S: aggregateId },
    [EVENTS.sortKey]: { N: String(version) },
    [EVENTS.document]: encodeJson(document),
    ...indexKeysOf(commit),
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

/** What a text attribute holds. */
export const textOf = (item: Item, name: string): string | undefined =>
  (item[name] as Partial<AttributeValue.SMember> | undefined)?.S;

/** Where an item says that it stands; `undefined` and `NaN` where it does not. */
export const keyOf = (item: Item) => ({
  aggregateId: textOf(item, EVENTS.partitionKey),
  version: Number((item[EVENTS.sortKey] as Partial<AttributeValue.NMember> | undefined)?.N),
});

/** Throws `NEXUS_LOG_CORRUPT` naming the item. Where a commit stands is what its key says, whatever stands in it. */
export const decodeCommit = (item: Item): Commit => {
  const { aggregateId, version } = keyOf(item);
  try {
    const document = decodeJson(item[EVENTS.document] as Encoded);
    if (aggregateId !== undefined && Number.isSafeInteger(version) && isCommitDocument(document))
      return { ...document, aggregateId, version };
    throw new TypeError("it has not the form of a commit");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw nexusError("NEXUS_LOG_CORRUPT", `the item of ${aggregateId} at version ${version} is no commit: ${why}`, {
      context: { ...(aggregateId === undefined ? {} : { aggregateId }), version },
      cause,
    });
  }
};

/** Size of the part of an item that grows. */
export const commitBytes = (item: Item): number => storedBytes(item[EVENTS.document] as Encoded);
