import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinesis, openKinesis } from "../../../../local/services/kinesis/index.ts";

const HOUR = 3_600_000;
const SHARD = "shardId-000000000000";
const base64 = (text: string) => Buffer.from(text).toString("base64");

let now: number;
let kinesis: LocalKinesis;
beforeEach(async () => {
  now = Date.UTC(2025, 2, 4);
  kinesis = openKinesis({ file: ":memory:", clock: () => now });
  await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
});
afterEach(() => kinesis.close());

const put = (text: string, key = "k") =>
  kinesis.call("PutRecord", { StreamName: "s", PartitionKey: key, Data: base64(text) });
const iterator = async (from: Record<string, unknown> = { ShardIteratorType: "TRIM_HORIZON" }) =>
  (await kinesis.call("GetShardIterator", { StreamName: "s", ShardId: SHARD, ...from }))["ShardIterator"];
const get = async (at: unknown) => {
  const answer = await kinesis.call("GetRecords", { ShardIterator: at });
  const records = answer["Records"] as { Data: string; SequenceNumber: string }[];
  return { ...answer, texts: records.map((record) => Buffer.from(record.Data, "base64").toString()), records };
};

describe("an iterator", () => {
  it("expires after five minutes", async () => {
    const at = await iterator();
    now += 300_000;
    await expect(get(at)).resolves.toBeDefined();
    now += 1;
    await expect(get(at)).rejects.toMatchObject({
      code: "ExpiredIteratorException",
      message: expect.stringMatching(/^Iterator expired\. The iterator was created at time 2025-03-04T00:00:00\.000Z/),
    });
  });

  it("of a stream that is gone finds nothing, not the stream that took its name", async () => {
    const at = await iterator();
    await kinesis.call("DeleteStream", { StreamName: "s" });
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
    await put("new");
    await expect(get(at)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });

  it.each(["nonsense", base64("1:1:1"), base64("2:1:1:1")])("is refused when it is %s", async (token) => {
    await expect(get(token)).rejects.toMatchObject({
      code: "InvalidArgumentException",
      message: "Invalid ShardIterator.",
    });
  });

  it("is refused for a sequence number of another shard, of an instant to come, and one nobody was given", async () => {
    const { SequenceNumber } = await put("a");
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: SHARD, NewStartingHashKey: "1000" });
    const child = { StreamName: "s", ShardId: "shardId-000000000001", ShardIteratorType: "AT_SEQUENCE_NUMBER" };
    const other = kinesis.call("GetShardIterator", { ...child, StartingSequenceNumber: SequenceNumber });
    await expect(other).rejects.toThrow(/It encodes shardId-000000000000, while it was used .* shardId-000000000001/);
    const odd = iterator({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: "1" });
    await expect(odd).rejects.toThrow("The sequence number 1 is not a valid sequence number.");
    const future = iterator({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: now / 1000 + 1 });
    await expect(future).rejects.toThrow(/timestampInMillis parameter cannot be greater/);
    const description = (await kinesis.call("DescribeStream", { StreamName: "s" }))["StreamDescription"];
    const shards = (description as { Shards: { SequenceNumberRange: { StartingSequenceNumber: string } }[] }).Shards;
    const start = BigInt(shards[1]?.SequenceNumberRange.StartingSequenceNumber ?? 0);
    const beyond = String(start + 5n * 10n ** 12n);
    await expect(kinesis.call("GetShardIterator", { ...child, StartingSequenceNumber: beyond })).rejects.toMatchObject({
      code: "InvalidArgumentException",
    });
  });
});

describe("retention", () => {
  it("hides what is older than the stream keeps, before and after the sweep", async () => {
    await put("old");
    now += 23 * HOUR;
    await put("young");
    now += 2 * HOUR;
    expect((await get(await iterator())).texts).toEqual(["young"]);
    expect(kinesis.sweepExpired()).toBe(1);
    expect((await get(await iterator())).texts).toEqual(["young"]);
  });

  it("never gives a sequence number out again", async () => {
    const { SequenceNumber: before } = await put("a");
    now += 25 * HOUR;
    kinesis.sweepExpired();
    const { SequenceNumber: after } = await put("b");
    expect(BigInt(String(after)) > BigInt(String(before))).toBe(true);
  });

  it("forgets a closed shard once all of its records have gone", async () => {
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: SHARD, NewStartingHashKey: "1000" });
    const ids = async () => {
      const { Shards } = await kinesis.call("ListShards", { StreamName: "s" });
      return (Shards as { ShardId: string }[]).map((shard) => shard.ShardId.slice(-1));
    };
    expect(await ids()).toEqual(["0", "1", "2"]);
    now += 25 * HOUR;
    kinesis.sweepExpired();
    expect(await ids()).toEqual(["1", "2"]);
  });
});

describe("readers", () => {
  it("are told of a shard after its records can be read, once for the puts of one turn", async () => {
    const told: unknown[] = [];
    const seen: Promise<string[]>[] = [];
    const at = await iterator();
    const unsubscribe = kinesis.onRecords((source) => {
      told.push(source);
      seen.push(get(at).then(({ texts }) => texts));
    });
    await Promise.all([put("a"), put("b"), put("c")]);
    expect(told).toEqual([{ streamArn: "arn:aws:kinesis:eu-west-1:000000000000:stream/s", shardId: SHARD }]);
    expect(await seen[0]).toEqual(["a", "b", "c"]);
    unsubscribe();
    await put("d");
    expect(told).toHaveLength(1);
  });

  it("are told that a shard has ended", async () => {
    const told: string[] = [];
    kinesis.onRecords(({ shardId }) => told.push(shardId.slice(-1)));
    await kinesis.call("SplitShard", { StreamName: "s", ShardToSplit: SHARD, NewStartingHashKey: "1000" });
    expect(told).toEqual(["0", "1", "2"]);
  });

  it("learn how far they are behind", async () => {
    await put("a");
    await put("b");
    now += 1500;
    const first = await kinesis.call("GetRecords", { ShardIterator: await iterator(), Limit: 1 });
    const second = await kinesis.call("GetRecords", { ShardIterator: first["NextShardIterator"] });
    expect([first["MillisBehindLatest"], second["MillisBehindLatest"]]).toEqual([1500, 0]);
  });

  it("get at most 10 MiB at once, yet one record always", async () => {
    await kinesis.call("UpdateMaxRecordSize", {
      StreamARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/s",
      MaxRecordSizeInKiB: 10_240,
    });
    for (let index = 0; index < 3; index++) await put("x".repeat(6 * 1024 * 1024));
    const first = await get(await iterator());
    expect(first.texts).toHaveLength(1);
  });
});

describe("a put", () => {
  it("fails by itself when its stream goes away, others of the turn succeed", async () => {
    await kinesis.call("CreateStream", { StreamName: "t", ShardCount: 1 });
    const doomed = kinesis.call("PutRecord", { StreamName: "t", PartitionKey: "k", Data: base64("x") });
    const fine = put("a");
    await kinesis.call("DeleteStream", { StreamName: "t" });
    await Promise.allSettled([doomed, fine]);
    expect((await get(await iterator())).texts).toEqual(["a"]);
    const late = kinesis.call("PutRecord", { StreamName: "t", PartitionKey: "k", Data: base64("x") });
    await expect(late).rejects.toThrow("Stream t under account 000000000000 not found.");
  });

  it.each([
    ["no key", { Data: "" }, /Value null at 'partitionKey' failed to satisfy constraint: Member must not be null/],
    ["an empty key", { Data: "", PartitionKey: "" }, /'partitionKey'.*greater than or equal to 1/],
    [
      "a key of 257 characters",
      { Data: "", PartitionKey: "k".repeat(257) },
      /'partitionKey'.*less than or equal to 256/,
    ],
    [
      "too much data",
      { Data: base64("x".repeat(1024 * 1024)), PartitionKey: "k" },
      /'data'.*less than or equal to 1048576/,
    ],
    [
      "a hash key out of range",
      { Data: "", PartitionKey: "k", ExplicitHashKey: String(2n ** 128n) },
      /ExplicitHashKey must be in the range/,
    ],
    ["data that is no base64", { Data: "§", PartitionKey: "k" }, /data is not base64/],
    [
      "a parameter that Kinesis does not have",
      { Data: "", PartitionKey: "k", Colour: "red" },
      /'Colour' is not simulated/,
    ],
  ])("with %s is refused", async (_, record, message) => {
    await expect(kinesis.call("PutRecord", { StreamName: "s", ...record })).rejects.toThrow(message);
  });

  it("of more than 500 records or 10 MiB is refused whole", async () => {
    const many = Array.from({ length: 501 }, () => ({ PartitionKey: "k", Data: "" }));
    await expect(kinesis.call("PutRecords", { StreamName: "s", Records: many })).rejects.toThrow(
      /'records'.*less than or equal to 500/,
    );
    const big = Array.from({ length: 11 }, () => ({ PartitionKey: "k", Data: base64("x".repeat(1_000_000)) }));
    await expect(kinesis.call("PutRecords", { StreamName: "s", Records: big })).rejects.toThrow(/exceeds 10 MB/);
    expect((await get(await iterator())).texts).toEqual([]);
  });

  it("goes to the shard whose range has the hash key, both ends included", async () => {
    await kinesis.call("CreateStream", { StreamName: "two", ShardCount: 2 });
    const place = async (ExplicitHashKey: bigint) => {
      const record = { StreamName: "two", PartitionKey: "k", Data: "", ExplicitHashKey: String(ExplicitHashKey) };
      return (await kinesis.call("PutRecord", record))["ShardId"];
    };
    const half = 2n ** 127n;
    expect(await Promise.all([0n, half - 1n, half, half * 2n - 1n].map(place))).toEqual([
      "shardId-000000000000",
      "shardId-000000000000",
      "shardId-000000000001",
      "shardId-000000000001",
    ]);
  });
});

describe("what is not simulated", () => {
  it.each(["SubscribeToShard", "EnableEnhancedMonitoring", "PutResourcePolicy", "toString"])(
    "%s is refused by name",
    async (action) => {
      await expect(kinesis.call(action, {})).rejects.toMatchObject({
        code: "UnknownOperationException",
        message: `${action} is not simulated locally`,
      });
    },
  );
});
