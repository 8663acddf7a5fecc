import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  type KinesisClient,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  SplitShardCommand,
  StartStreamEncryptionCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  active,
  connect,
  type Engine,
  eventually,
  iterator,
  newStream,
  outcome,
  read,
  type StartEngine,
} from "./client.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Streams, shards, consumers, settings: what the drivers and event source mappings ask of Kinesis. */
export const streamsContract = (start: StartEngine): void => {
  let engine: Engine;
  let client: KinesisClient;
  beforeAll(async () => {
    engine = await start();
    client = connect(engine.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
  });

  describe("streams", () => {
    it("divides the hash keys evenly among the shards", async () => {
      const stream = await active(client, await newStream(client, 3));
      expect(stream.Shards?.map((shard) => [shard.ShardId, shard.HashKeyRange?.StartingHashKey])).toEqual([
        ["shardId-000000000000", "0"],
        ["shardId-000000000001", "113427455640312821154458202477256070485"],
        ["shardId-000000000002", "226854911280625642308916404954512140970"],
      ]);
      expect(stream.Shards?.at(-1)?.HashKeyRange?.EndingHashKey).toBe(String(2n ** 128n - 1n));
      expect(stream).toMatchObject({ RetentionPeriodHours: 24, EncryptionType: "NONE", HasMoreShards: false });
      expect(stream.StreamARN).toBe(`arn:aws:kinesis:eu-west-1:000000000000:stream/${stream.StreamName}`);
    });

    it("pages through the shards of a stream", async () => {
      const StreamName = await newStream(client, 3);
      const { StreamDescription: first } = await client.send(new DescribeStreamCommand({ StreamName, Limit: 2 }));
      expect([first?.Shards?.length, first?.HasMoreShards]).toEqual([2, true]);
      const after = { StreamName, ExclusiveStartShardId: "shardId-000000000001" };
      const { StreamDescription: rest } = await client.send(new DescribeStreamCommand(after));
      expect(rest?.Shards?.map((shard) => shard.ShardId)).toEqual(["shardId-000000000002"]);
      const page = await client.send(new ListShardsCommand({ StreamName, MaxResults: 2 }));
      const more = await client.send(new ListShardsCommand({ ...(page.NextToken && { NextToken: page.NextToken }) }));
      expect([page.Shards?.length, more.Shards?.length, more.NextToken]).toEqual([2, 1, undefined]);
    });

    it("refuses a second stream of the same name and knows none that was not made", async () => {
      const StreamName = await newStream(client);
      expect(await outcome(client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })))).toBe(
        "ResourceInUseException",
      );
      const absent = { StreamName: "absent" };
      for (const command of [
        new DescribeStreamCommand(absent),
        new DescribeStreamSummaryCommand(absent),
        new DeleteStreamCommand(absent),
      ])
        expect(await outcome(client.send(command as DescribeStreamCommand))).toBe("ResourceNotFoundException");
    });

    it("forgets a stream with its records; one made anew under the name is empty", async () => {
      const StreamName = await newStream(client);
      await client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: utf8("old") }));
      await client.send(new DeleteStreamCommand({ StreamName }));
      await eventually(async () => {
        const { StreamNames } = await client.send(new ListStreamsCommand({ Limit: 1000 }));
        return StreamNames?.includes(StreamName) ? undefined : true;
      });
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      await active(client, StreamName);
      expect((await read(client, await iterator(client, StreamName))).texts).toEqual([]);
    });

    it("keeps retention between 24 hours and a year, longer and shorter by different calls", async () => {
      const StreamName = await newStream(client);
      const longer = (RetentionPeriodHours: number) =>
        outcome(client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours })));
      const shorter = (RetentionPeriodHours: number) =>
        outcome(client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours })));
      expect(await longer(48)).toBe("ok");
      expect((await active(client, StreamName)).RetentionPeriodHours).toBe(48);
      expect([await longer(24), await shorter(72)]).toEqual(["InvalidArgumentException", "InvalidArgumentException"]);
      expect(await shorter(24)).toBe("ok");
    });

    it("tells readers of its encryption", async () => {
      const StreamName = await newStream(client);
      const KeyId = "alias/orders";
      await client.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
      expect(await active(client, StreamName)).toMatchObject({ EncryptionType: "KMS", KeyId });
    });

    it("keeps tags", async () => {
      const StreamName = await newStream(client);
      await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { a: "1", b: "2" } }));
      await client.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["a"] }));
      const { Tags } = await client.send(new ListTagsForStreamCommand({ StreamName }));
      expect(Tags).toEqual([{ Key: "b", Value: "2" }]);
    });
  });

  describe("resharding", () => {
    it("splits a shard: the parent ends after its records, the children follow", async () => {
      const StreamName = await newStream(client);
      const put = (text: string, ExplicitHashKey: string) =>
        client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", ExplicitHashKey, Data: utf8(text) }));
      await put("before", "5");
      const half = String(2n ** 127n);
      const ShardToSplit = "shardId-000000000000";
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: half }));
      const stream = await active(client, StreamName);
      expect(stream.Shards?.slice(1).map((s) => [s.ParentShardId, s.HashKeyRange?.StartingHashKey])).toEqual([
        [ShardToSplit, "0"],
        [ShardToSplit, half],
      ]);
      expect(stream.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
      expect((await put("low", "5")).ShardId).toBe("shardId-000000000001");
      expect((await put("high", half)).ShardId).toBe("shardId-000000000002");

      const parent = await read(client, await iterator(client, StreamName));
      expect([parent.texts, parent.next]).toEqual([["before"], undefined]);
      expect(parent.children?.map((child) => child.ShardId)).toEqual(["shardId-000000000001", "shardId-000000000002"]);
      const again = client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: half }));
      expect(await outcome(again)).not.toBe("ok");
    });

    it("merges two adjacent shards into one with both as parents", async () => {
      const StreamName = await newStream(client, 2);
      const pair = { ShardToMerge: "shardId-000000000000", AdjacentShardToMerge: "shardId-000000000001" };
      await client.send(new MergeShardsCommand({ StreamName, ...pair }));
      const merged = (await active(client, StreamName)).Shards?.at(-1);
      expect(merged).toMatchObject({
        ParentShardId: "shardId-000000000000",
        AdjacentParentShardId: "shardId-000000000001",
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(2n ** 128n - 1n) },
      });
    });

    it("scales to a number of shards, at most double and at least half", async () => {
      const StreamName = await newStream(client, 2);
      const scale = (TargetShardCount: number) =>
        outcome(
          client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" })),
        );
      expect(await scale(5)).not.toBe("ok");
      expect(await scale(4)).toBe("ok");
      await active(client, StreamName);
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      expect(StreamDescriptionSummary?.OpenShardCount).toBe(4);
    });
  });

  describe("consumers", () => {
    it("are registered, described, listed and deregistered", async () => {
      const { StreamARN } = await active(client, await newStream(client));
      const name = { StreamARN, ConsumerName: "order-list" };
      const { Consumer } = await client.send(new RegisterStreamConsumerCommand(name));
      expect(Consumer?.ConsumerARN).toMatch(`${StreamARN}/consumer/order-list:`);
      await eventually(async () => {
        const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand(name));
        return ConsumerDescription?.ConsumerStatus === "ACTIVE" ? true : undefined;
      });
      expect(await outcome(client.send(new RegisterStreamConsumerCommand(name)))).toBe("ResourceInUseException");
      const byArn = { ConsumerARN: Consumer?.ConsumerARN };
      const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand(byArn));
      expect(ConsumerDescription?.StreamARN).toBe(StreamARN);
      const { Consumers } = await client.send(new ListStreamConsumersCommand({ StreamARN }));
      expect(Consumers?.map((consumer) => consumer.ConsumerName)).toEqual(["order-list"]);
      await client.send(new DeregisterStreamConsumerCommand(name));
      await eventually(async () => {
        const gone = await outcome(client.send(new DescribeStreamConsumerCommand(name)));
        return gone === "ResourceNotFoundException" ? true : undefined;
      });
    });
  });
};
