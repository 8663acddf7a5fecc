import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinesis, openKinesis } from "../../../../local/services/kinesis/index.ts";

let kinesis: LocalKinesis;
beforeEach(() => {
  kinesis = openKinesis({ file: ":memory:" });
});
afterEach(() => kinesis.close());

describe("scaling to any count", () => {
  it.each([
    [3, 5],
    [5, 3],
    [4, 3],
    [1, 2],
    [6, 3],
  ])("from %d to %d shards leaves even ranges and one chain of parents a hash key", async (from, to) => {
    await kinesis.call("CreateStream", { StreamName: "scaled", ShardCount: from });
    await kinesis.call("UpdateShardCount", {
      StreamName: "scaled",
      TargetShardCount: to,
      ScalingType: "UNIFORM_SCALING",
    });
    type Shard = {
      ShardId: string;
      ParentShardId?: string;
      AdjacentParentShardId?: string;
      HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
    };
    const all = (await kinesis.call("ListShards", { StreamName: "scaled" }))["Shards"] as Shard[];
    const open = (await kinesis.call("ListShards", { StreamName: "scaled", ShardFilter: { Type: "AT_LATEST" } }))[
      "Shards"
    ] as Shard[];
    const size = 2n ** 128n / BigInt(to);
    const starts = open.map((shard) => BigInt(shard.HashKeyRange.StartingHashKey)).sort((a, b) => (a < b ? -1 : 1));
    expect(starts).toEqual(Array.from({ length: to }, (_, index) => size * BigInt(index)));
    const width = (shard: Shard) =>
      BigInt(shard.HashKeyRange.EndingHashKey) - BigInt(shard.HashKeyRange.StartingHashKey) + 1n;
    expect(open.reduce((sum, shard) => sum + width(shard), 0n)).toBe(2n ** 128n);
    for (const shard of all.filter((candidate) => candidate.ParentShardId !== undefined)) {
      const parents = all.filter((p) => [shard.ParentShardId, shard.AdjacentParentShardId].includes(p.ShardId));
      const covered = parents.reduce((sum, parent) => sum + width(parent), 0n);
      expect(covered >= width(shard)).toBe(true);
    }
  });
});
