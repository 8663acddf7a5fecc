import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalDynamoDb, openDynamoDb } from "../../../../local/services/dynamodb/index.ts";

describe("the file of the local DynamoDB", () => {
  let folder: string;
  let file: string;
  const services: LocalDynamoDb[] = [];
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nexus-durability-"));
    file = join(folder, "dynamodb.db");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const service of services.splice(0)) await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = () => {
    const service = openDynamoDb({ file });
    services.push(service);
    return service;
  };
  const createTable = (service: LocalDynamoDb) =>
    service.call("CreateTable", {
      TableName: "events",
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
        { AttributeName: "shelf", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "shelves",
          KeySchema: [{ AttributeName: "shelf", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
    });

  type Keyed = { id: { S: string }; version: { N: string } };
  const nameOf = ({ id, version }: Keyed) => `${id.S}/${version.N}`;
  const allPages = async (service: LocalDynamoDb, action: string, input: object) => {
    const names: string[] = [];
    let start: unknown;
    do {
      const page = await service.call(action, {
        ...input,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      names.push(...(page["Items"] as Keyed[]).map(nameOf));
      start = page["LastEvaluatedKey"];
    } while (start !== undefined);
    return names.sort();
  };
  const streamed = async (service: LocalDynamoDb) => {
    const { Streams } = (await service.call("ListStreams", {})) as { Streams: { StreamArn: string }[] };
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = (await service.call("DescribeStream", { StreamArn })) as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    const shard = { StreamArn, ShardId: StreamDescription.Shards[0]?.ShardId, ShardIteratorType: "TRIM_HORIZON" };
    let { ShardIterator } = await service.call("GetShardIterator", shard);
    const names: string[] = [];
    for (;;) {
      const page = await service.call("GetRecords", { ShardIterator });
      const records = page["Records"] as { dynamodb: { Keys: Keyed } }[];
      if (records.length === 0) return names.sort();
      names.push(...records.map(({ dynamodb }) => nameOf(dynamodb.Keys)));
      ShardIterator = page["NextShardIterator"];
    }
  };

  it("holds every acknowledged write after a kill, and item, index and stream agree", async () => {
    const first = open();
    await createTable(first);
    await first.close();

    const child = spawn(process.execPath, [join(import.meta.dirname, "serve-file.ts"), file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const client = new DynamoDBClient({
      endpoint: line.toString().trim(),
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    const acknowledged: string[] = [];
    const writer = async (id: string) => {
      for (let version = 1; ; version++) {
        const Item = {
          id: { S: id },
          version: { N: String(version) },
          shelf: { S: "b" },
          body: { S: "x".repeat(500) },
        };
        const put = new PutItemCommand({ TableName: "events", Item, ConditionExpression: "attribute_not_exists(id)" });
        await client.send(put);
        acknowledged.push(`${id}/${version}`);
        if (acknowledged.length === 400) child.kill("SIGKILL");
      }
    };
    await Promise.allSettled(["a", "b", "c", "d", "e", "f", "g", "h"].map(writer));
    client.destroy();

    const second = open();
    const items = await allPages(second, "Scan", { TableName: "events" });
    expect(acknowledged.length).toBeGreaterThanOrEqual(400);
    expect(items).toEqual(expect.arrayContaining(acknowledged));
    expect(await streamed(second)).toEqual(items);
    const byIndex = { TableName: "events", IndexName: "shelves", KeyConditionExpression: "shelf = :b" };
    expect(await allPages(second, "Query", { ...byIndex, ExpressionAttributeValues: { ":b": { S: "b" } } })).toEqual(
      items,
    );
  });

  it("goes on with its sequence numbers when it is opened again", async () => {
    const put = (service: LocalDynamoDb, version: number) =>
      service.call("PutItem", { TableName: "events", Item: { id: { S: "a" }, version: { N: String(version) } } });
    const first = open();
    await createTable(first);
    await put(first, 1);
    await first.close();
    const second = open();
    await put(second, 2);
    expect(await streamed(second)).toEqual(["a/1", "a/2"]);
  });

  it("is refused to a second owner", async () => {
    await createTable(open());
    expect(() => openDynamoDb({ file })).toThrow(/in use by another process/);
  });
});
