import { AwsError } from "../contract.ts";

/** The range of hash keys is 0 to 2^128 - 1. */
export const HASH_KEYS = 1n << 128n;

export type StreamMode = "PROVISIONED" | "ON_DEMAND";

export interface StreamSettings {
  mode: StreamMode;
  retentionHours: number;
  /** Recorded and told to readers; the file itself is not encrypted. */
  keyId?: string | undefined;
  maxRecordKibibytes: number;
}

export interface Shard {
  /** Row of the shard; unique over all streams. */
  readonly key: number;
  /** Position in its stream: 7 is `shardId-000000000007`. */
  readonly index: number;
  readonly startHash: bigint;
  /** Inclusive. */
  readonly endHash: bigint;
  readonly parent?: number;
  readonly adjacentParent?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When it was split or merged; undefined while it takes records. */
  closedAt?: number;
  /** Position of the next record. */
  next: number;
}

export interface Consumer {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface Stream {
  /** Row of the stream; a stream created again under the same name has another. */
  readonly key: number;
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  settings: StreamSettings;
  readonly shards: Shard[];
  readonly consumers: Map<string, Consumer>;
}

export const shardId = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;

export const isOpen = (shard: Shard): boolean => shard.closedAt === undefined;

export const openShards = (stream: Stream): Shard[] => stream.shards.filter(isOpen);

/** The open shard that takes a hash key. */
export const shardOfHash = (stream: Stream, hash: bigint): Shard => {
  const shard = stream.shards.find((s) => isOpen(s) && s.startHash <= hash && hash <= s.endHash);
  if (shard === undefined) throw new Error(`stream ${stream.name} has no open shard for hash key ${hash}`);
  return shard;
};

export const findShard = (stream: Stream, id: string, account: string): Shard => {
  const shard = stream.shards.find((candidate) => shardId(candidate.index) === id);
  if (shard === undefined)
    throw new AwsError(
      "ResourceNotFoundException",
      `Could not find shard ${id} in stream ${stream.name} under account ${account}.`,
    );
  return shard;
};

/** `count` ranges of equal size that cover every hash key. */
export const uniformRanges = (count: number): { start: bigint; end: bigint }[] => {
  const size = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: size * BigInt(index),
    end: index === count - 1 ? HASH_KEYS - 1n : size * BigInt(index + 1) - 1n,
  }));
};
