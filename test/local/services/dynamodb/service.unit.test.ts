import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../../local/services/contract.ts";
import { type LocalDynamoDb, openDynamoDb } from "../../../../local/services/dynamodb/index.ts";

const hourMs = 60 * 60 * 1_000;

describe("the DynamoDB service", () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const open: LocalDynamoDb[] = [];
  const start = async () => {
    now = Date.parse("2026-01-01T00:00:00Z");
    const service = openDynamoDb({ file: ":memory:", clock: () => now });
    open.push(service);
    await service.call("CreateTable", {
      TableName: "things",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    return service;
  };
  afterEach(async () => {
    for (const service of open.splice(0)) await service.close();
  });

  const put = (service: LocalDynamoDb, id: string, rest: object = {}, more: object = {}) =>
    service.call("PutItem", { TableName: "things", Item: { id: { S: id }, ...rest }, ...more });
  const streamArn = async (service: LocalDynamoDb) => {
    const { Streams } = (await service.call("ListStreams", {})) as { Streams: { StreamArn: string }[] };
    return Streams[0]?.StreamArn ?? "";
  };
  const iterator = async (service: LocalDynamoDb, from: object = { ShardIteratorType: "TRIM_HORIZON" }) => {
    const StreamArn = await streamArn(service);
    const { StreamDescription } = (await service.call("DescribeStream", { StreamArn })) as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    const ShardId = StreamDescription.Shards[0]?.ShardId;
    const answer = await service.call("GetShardIterator", { StreamArn, ShardId, ...from });
    return String(answer["ShardIterator"]);
  };
  type WireRecord = { eventName: string; userIdentity?: object; dynamodb: { SequenceNumber: string } };
  const records = async (service: LocalDynamoDb, ShardIterator: string) =>
    (await service.call("GetRecords", { ShardIterator }))["Records"] as WireRecord[];

  it("tells of new records after they can be read, once for a group of writes", async () => {
    const service = await start();
    const told: Promise<number>[] = [];
    const from = await iterator(service);
    service.onRecords(({ streamArn: arn, shardId }) => {
      expect(arn).toContain(":table/things/stream/");
      expect(shardId).toMatch(/^shardId-/);
      told.push(records(service, from).then(({ length }) => length));
    });
    await Promise.all(["a", "b", "c"].map((id) => put(service, id)));
    expect(await Promise.all(told)).toEqual([3]);
  });

  it("stops telling who has unsubscribed", async () => {
    const service = await start();
    let told = 0;
    const unsubscribe = service.onRecords(() => told++);
    await put(service, "a");
    unsubscribe();
    await put(service, "b");
    expect(told).toBe(1);
  });

  it("lets each write of a group succeed or fail by itself", async () => {
    const service = await start();
    const create = (id: string) => put(service, id, {}, { ConditionExpression: "attribute_not_exists(id)" });
    const outcomes = await Promise.allSettled(["a", "b", "a", "c"].map(create));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(await service.call("Scan", { TableName: "things", Select: "COUNT" })).toMatchObject({ Count: 3 });
    expect(await records(service, await iterator(service))).toHaveLength(3);
  });

  it("removes what has expired and says in the stream who did it", async () => {
    const service = await start();
    await service.call("UpdateTimeToLive", {
      TableName: "things",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" },
    });
    const at = (ms: number) => ({ expires: { N: String(Math.floor((now + ms) / 1_000)) } });
    await put(service, "soon", at(hourMs));
    await put(service, "later", at(3 * hourMs));
    await put(service, "text", { expires: { S: "1" } });
    await put(service, "forgotten", { expires: { N: "1" } });
    expect(await service.sweepExpired()).toBe(0);
    now += 2 * hourMs;
    expect(await service.sweepExpired()).toBe(1);
    expect(await service.call("Scan", { TableName: "things", Select: "COUNT" })).toMatchObject({ Count: 3 });
    const last = (await records(service, await iterator(service))).at(-1);
    expect(last).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
    });
  });

  it("expires items that were there before time to live was switched on", async () => {
    const service = await start();
    await put(service, "old", { expires: { N: String(now / 1_000 - 60) } });
    await service.call("UpdateTimeToLive", {
      TableName: "things",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" },
    });
    expect(await service.sweepExpired()).toBe(1);
  });

  it("keeps the records of a stream for a day", async () => {
    const service = await start();
    await put(service, "first");
    const [first] = await records(service, await iterator(service));
    now += 23 * hourMs;
    await put(service, "second");
    now += 2 * hourMs;
    await service.sweepExpired();
    expect(await records(service, await iterator(service))).toHaveLength(1);
    const trimmed = iterator(service, {
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      SequenceNumber: first?.dynamodb.SequenceNumber,
    });
    await expect(trimmed).rejects.toMatchObject({ code: "TrimmedDataAccessException" });
    now += 23 * hourMs;
    await service.sweepExpired();
    const latest = await iterator(service, { ShardIteratorType: "LATEST" });
    await put(service, "third");
    const [third] = await records(service, latest);
    expect(Number(third?.dynamodb.SequenceNumber)).toBeGreaterThan(Number(first?.dynamodb.SequenceNumber));
  });

  it("refuses an iterator that is older than fifteen minutes", async () => {
    const service = await start();
    const old = await iterator(service);
    now += hourMs;
    await expect(records(service, old)).rejects.toMatchObject({ code: "ExpiredIteratorException" });
  });

  it("answers no call after it is closed", async () => {
    const service = await start();
    await service.close();
    await expect(put(service, "a")).rejects.toMatchObject({ code: "InternalServerError" });
  });

  it("keeps what control-plane calls set", async () => {
    const service = await start();
    const { Table } = (await service.call("DescribeTable", { TableName: "things" })) as { Table: { TableArn: string } };
    const ResourceArn = Table.TableArn;
    await service.call("TagResource", {
      ResourceArn,
      Tags: [
        { Key: "team", Value: "orders" },
        { Key: "x", Value: "y" },
      ],
    });
    await service.call("UntagResource", { ResourceArn, TagKeys: ["x"] });
    expect(await service.call("ListTagsOfResource", { ResourceArn })).toEqual({
      Tags: [{ Key: "team", Value: "orders" }],
    });
    await service.call("UpdateContinuousBackups", {
      TableName: "things",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(await service.call("DescribeContinuousBackups", { TableName: ResourceArn })).toMatchObject({
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" } },
    });
  });

  it.each([
    ["ExecuteStatement", {}, "UnknownOperationException", "ExecuteStatement"],
    [
      "PutItem",
      { TableName: "things", Item: {}, Expected: {} },
      "ValidationException",
      "Expected; use ConditionExpression",
    ],
    [
      "Query",
      { TableName: "things", KeyConditions: {} },
      "ValidationException",
      "KeyConditions; use KeyConditionExpression",
    ],
    ["CreateTable", { TableName: "other", LocalSecondaryIndexes: [] }, "ValidationException", "LocalSecondaryIndexes"],
    ["UpdateTable", { TableName: "things", ReplicaUpdates: [] }, "ValidationException", "ReplicaUpdates"],
    ["GetItem", { TableName: 5 }, "SerializationException", "TableName"],
  ])("refuses %s %j by name", async (action, input, code, named) => {
    const service = await start();
    const error = await service.call(action, input).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(named) });
  });
});
