import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { type Action, action, integer, oneOf, required, struct, text, timestamp } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import { endingSequenceNumber, sequenceNumber } from "../sequence-number.ts";
import { findShard, isOpen, openShards, type Shard, type Stream, shardId, uniformRanges } from "../stream.ts";
import { streamAddress } from "./shapes.ts";

export const describeShard = (shard: Shard) => ({
  ShardId: shardId(shard.index),
  ...(shard.parent === undefined ? {} : { ParentShardId: shardId(shard.parent) }),
  ...(shard.adjacentParent === undefined ? {} : { AdjacentParentShardId: shardId(shard.adjacentParent) }),
  HashKeyRange: { StartingHashKey: String(shard.startHash), EndingHashKey: String(shard.endHash) },
  SequenceNumberRange: {
    StartingSequenceNumber: sequenceNumber(shard, 0),
    ...(isOpen(shard) ? {} : { EndingSequenceNumber: endingSequenceNumber(shard) }),
  },
});

const FILTERS = [
  "AFTER_SHARD_ID",
  "AT_TRIM_HORIZON",
  "FROM_TRIM_HORIZON",
  "AT_LATEST",
  "AT_TIMESTAMP",
  "FROM_TIMESTAMP",
] as const;

/** The shards that a ListShards filter lets through; `instant` in milliseconds since the epoch. */
const filterShards = (shards: readonly Shard[], type: (typeof FILTERS)[number], instant: number, after: string) => {
  const openSince = (shard: Shard, at: number) => shard.closedAt === undefined || shard.closedAt >= at;
  switch (type) {
    case "AFTER_SHARD_ID":
      return shards.filter((shard) => shardId(shard.index) > after);
    case "FROM_TRIM_HORIZON":
      return shards;
    case "AT_LATEST":
      return shards.filter(isOpen);
    case "AT_TRIM_HORIZON":
    case "AT_TIMESTAMP":
      return shards.filter((shard) => shard.createdAt <= instant && openSince(shard, instant));
    case "FROM_TIMESTAMP":
      return shards.filter((shard) => openSince(shard, instant));
    default:
      throw new Error(`unknown shard filter ${type satisfies never}`);
  }
};

const listShards: Action<KinesisEngine> = action(
  {
    ...streamAddress,
    NextToken: text({ minLength: 1 }),
    ExclusiveStartShardId: text({ minLength: 1, maxLength: 128 }),
    MaxResults: integer(1, 10_000),
    StreamCreationTimestamp: timestamp(),
    ShardFilter: struct({
      Type: required(oneOf(...FILTERS)),
      ShardId: text({ minLength: 1, maxLength: 128 }),
      Timestamp: timestamp(),
    }),
  },
  (engine, input) => {
    const [name, tokenAfter] = input.NextToken?.split("|") ?? [];
    const stream = engine.streams.get(name === undefined ? input : { StreamName: name });
    const filter = input.ShardFilter;
    const horizon = Math.max(engine.horizon(stream), stream.createdAt);
    const instant = filter?.Timestamp === undefined ? horizon : filter.Timestamp * 1000;
    const chosen = filterShards(stream.shards, filter?.Type ?? "FROM_TRIM_HORIZON", instant, filter?.ShardId ?? "");
    const after = tokenAfter ?? input.ExclusiveStartShardId ?? "";
    const rest = chosen.map(describeShard).filter((shard) => shard.ShardId > after);
    const page = rest.slice(0, input.MaxResults ?? 1000);
    const more = page.length < rest.length;
    return { Shards: page, ...(more ? { NextToken: `${stream.name}|${page.at(-1)?.ShardId}` } : {}) };
  },
);

const requireOpen = (stream: Stream, shard: Shard): void => {
  if (!isOpen(shard))
    throw new AwsError(
      "ResourceInUseException",
      `Shard ${shardId(shard.index)} in stream ${stream.name} under account ${ACCOUNT_ID} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
};

/** `at` becomes the first hash key of the second child. */
const split = (engine: KinesisEngine, stream: Stream, shard: Shard, at: bigint, now: number): void => {
  engine.streams.closeShard(shard, now);
  const child = { parent: shard.index, createdAt: now };
  engine.streams.addShard(stream, { ...child, startHash: shard.startHash, endHash: at - 1n });
  engine.streams.addShard(stream, { ...child, startHash: at, endHash: shard.endHash });
};

const merge = (engine: KinesisEngine, stream: Stream, shard: Shard, adjacent: Shard, now: number): Shard => {
  engine.streams.closeShard(shard, now);
  engine.streams.closeShard(adjacent, now);
  const [low, high] = shard.startHash < adjacent.startHash ? [shard, adjacent] : [adjacent, shard];
  return engine.streams.addShard(stream, {
    startHash: low.startHash,
    endHash: high.endHash,
    parent: shard.index,
    adjacentParent: adjacent.index,
    createdAt: now,
  });
};

/** Reshards in one step and lets readers know that shards have ended. */
const reshard = (engine: KinesisEngine, stream: Stream, change: (now: number) => void): void => {
  // A child must be younger than its parents: its sequence numbers start with its creation.
  const youngest = Math.max(...stream.shards.map((shard) => shard.createdAt));
  engine.transaction(() => change(Math.max(engine.now(), youngest + 1)));
  for (const shard of stream.shards) engine.announce(stream, shard);
};

const shardName = required(text({ minLength: 1, maxLength: 128 }));

const splitShard: Action<KinesisEngine> = action(
  { ...streamAddress, ShardToSplit: shardName, NewStartingHashKey: required(text({ pattern: /^(0|[1-9]\d{0,38})$/ })) },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const shard = findShard(stream, input.ShardToSplit, ACCOUNT_ID);
    requireOpen(stream, shard);
    const at = BigInt(input.NewStartingHashKey);
    if (at <= shard.startHash + 1n || at >= shard.endHash)
      throw new AwsError(
        "InvalidArgumentException",
        `NewStartingHashKey ${at} used in SplitShard() on shard ${shardId(shard.index)} in stream ${stream.name} under account ${ACCOUNT_ID} is not both greater than one plus the shard's StartingHashKey ${shard.startHash} and less than the shard's EndingHashKey ${shard.endHash}.`,
      );
    reshard(engine, stream, (now) => split(engine, stream, shard, at, now));
    return {};
  },
);

const mergeShards: Action<KinesisEngine> = action(
  { ...streamAddress, ShardToMerge: shardName, AdjacentShardToMerge: shardName },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const shard = findShard(stream, input.ShardToMerge, ACCOUNT_ID);
    const adjacent = findShard(stream, input.AdjacentShardToMerge, ACCOUNT_ID);
    for (const each of [shard, adjacent]) requireOpen(stream, each);
    if (shard.endHash + 1n !== adjacent.startHash && adjacent.endHash + 1n !== shard.startHash)
      throw new AwsError(
        "InvalidArgumentException",
        `Shards ${shardId(shard.index)} and ${shardId(adjacent.index)} in stream ${stream.name} under account ${ACCOUNT_ID} are not an adjacent pair of shards eligible for merging`,
      );
    reshard(engine, stream, (now) => void merge(engine, stream, shard, adjacent, now));
    return {};
  },
);

const updateShardCount: Action<KinesisEngine> = action(
  { ...streamAddress, TargetShardCount: required(integer(1)), ScalingType: required(oneOf("UNIFORM_SCALING")) },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const current = openShards(stream).length;
    const target = input.TargetShardCount;
    const refuse = (limit: string) =>
      new AwsError(
        "LimitExceededException",
        `UpdateShardCount cannot scale ${limit} current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
      );
    if (target > current * 2) throw refuse("up over double your");
    if (target < current / 2) throw refuse("down below half your");
    const ranges = uniformRanges(target);
    reshard(engine, stream, (now) => {
      let step = now;
      for (const { start } of ranges) {
        const shard = openShards(stream).find((s) => s.startHash < start && start <= s.endHash);
        if (shard !== undefined) split(engine, stream, shard, start, step++);
      }
      for (const { start, end } of ranges) {
        const inside = openShards(stream)
          .filter((s) => s.startHash >= start && s.endHash <= end)
          .sort((a, b) => (a.startHash < b.startHash ? -1 : 1));
        inside.reduce((left, right) => merge(engine, stream, left, right, step++));
      }
    });
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: current,
      TargetShardCount: target,
    };
  },
);

export const shardActions = {
  ListShards: listShards,
  SplitShard: splitShard,
  MergeShards: mergeShards,
  UpdateShardCount: updateShardCount,
};
