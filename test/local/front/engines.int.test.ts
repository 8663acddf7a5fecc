import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { CreateRegistryCommand, CreateSchemaCommand, GetSchemaVersionCommand, GlueClient } from "@aws-sdk/client-glue";
import * as kinesis from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Front, openFront } from "../../../local/front/index.ts";
import { openDynamoDb } from "../../../local/services/dynamodb/index.ts";
import { openGlue } from "../../../local/services/glue/index.ts";
import { openIam } from "../../../local/services/iam/index.ts";
import { openKinesis } from "../../../local/services/kinesis/index.ts";
import { openMessaging } from "../../../local/services/messaging/index.ts";

const REGION = "eu-west-1";
const OPERATOR = "arn:aws:iam::000000000000:user/operator";
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:000000000000:${resource}`;

const folder = mkdtempSync(join(tmpdir(), "nexus-front-"));
const iam = openIam({ file: ":memory:" });
const closers: (() => Promise<void>)[] = [];
let front: Front;

beforeAll(async () => {
  const services = {
    dynamodb: openDynamoDb({ file: ":memory:" }),
    kinesis: openKinesis({ file: ":memory:" }),
    glue: openGlue({ file: ":memory:" }),
    messaging: await openMessaging({ dataDir: folder, region: REGION }),
  };
  iam.putUser({ name: "operator", arn: OPERATOR });
  front = await openFront({ port: 0, region: REGION, iam, services });
  closers.push(() => front.close(), ...Object.values(services).map((service) => () => service.close()));
});
afterAll(async () => {
  for (const close of closers) await close();
  iam.close();
  rmSync(folder, { recursive: true });
});

const allow = (...statements: [action: string, resource: string][]): void =>
  iam.putInlinePolicy(OPERATOR, "grants", {
    Statement: statements.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
  });
const client = () => ({
  region: REGION,
  endpoint: front.endpoint,
  credentials: iam.credentialsFor(OPERATOR),
  maxAttempts: 1,
});

describe("the engines behind the front", () => {
  it("keep items under conditions and hand out their stream to whoever may read that stream", async () => {
    allow(["dynamodb:*", "*"]);
    const dynamodb = new DynamoDBClient(client());
    const { TableDescription } = await dynamodb.send(
      new CreateTableCommand({
        TableName: "events",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "aggregateId", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "aggregateId", KeyType: "HASH" }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      }),
    );
    const put = new PutItemCommand({
      TableName: "events",
      Item: { aggregateId: { S: "order-1" } },
      ConditionExpression: "attribute_not_exists(aggregateId)",
    });
    await dynamodb.send(put);
    await expect(dynamodb.send(put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });

    const StreamArn = TableDescription?.LatestStreamArn ?? "";
    allow(
      ["dynamodb:DescribeStream", StreamArn],
      ["dynamodb:GetShardIterator", StreamArn],
      ["dynamodb:GetRecords", StreamArn],
    );
    const streams = new DynamoDBStreamsClient(client());
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(start));
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records?.map((record) => record.dynamodb?.NewImage)).toEqual([{ aggregateId: { S: "order-1" } }]);

    allow(["dynamodb:GetRecords", arn("dynamodb", "table/events")]);
    await expect(streams.send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`dynamodb:GetRecords on resource: ${StreamArn}`),
    });
  });

  it("ask the permission of every item of a transaction", async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: "events", Item: { aggregateId: { S: "order-2" } } } },
        { Delete: { TableName: "events", Key: { aggregateId: { S: "order-1" } } } },
      ],
    });
    allow(["dynamodb:PutItem", "*"]);
    const dynamodb = new DynamoDBClient(client());
    await expect(dynamodb.send(transaction)).rejects.toThrow("dynamodb:DeleteItem");
    allow(["dynamodb:PutItem", "*"], ["dynamodb:DeleteItem", "*"]);
    await expect(dynamodb.send(transaction)).resolves.toBeDefined();
  });

  it("stream records over HTTP/2", async () => {
    allow(["kinesis:*", arn("kinesis", "stream/core")]);
    const streams = new kinesis.KinesisClient(client());
    await streams.send(new kinesis.CreateStreamCommand({ StreamName: "core", ShardCount: 1 }));
    const record = { StreamName: "core", PartitionKey: "order-1", Data: Buffer.from('{"n":1}') };
    const { ShardId } = await streams.send(new kinesis.PutRecordCommand(record));
    const start = { StreamName: "core", ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await streams.send(new kinesis.GetShardIteratorCommand(start));
    const { Records } = await streams.send(new kinesis.GetRecordsCommand({ ShardIterator }));
    expect(Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(['{"n":1}']);
    const missing = new kinesis.PutRecordCommand({ ...record, StreamName: "none" });
    allow(["kinesis:*", "*"]);
    await expect(streams.send(missing)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("find the schema behind a version, to ask the permission on it", async () => {
    allow(["glue:*", "*"]);
    const glue = new GlueClient(client());
    await glue.send(new CreateRegistryCommand({ RegistryName: "orders" }));
    const { SchemaVersionId } = await glue.send(
      new CreateSchemaCommand({
        RegistryId: { RegistryName: "orders" },
        SchemaName: "OrderPlaced",
        DataFormat: "JSON",
        Compatibility: "BACKWARD",
        SchemaDefinition: '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}',
      }),
    );
    const read = new GetSchemaVersionCommand({ SchemaVersionId });
    allow(
      ["glue:GetSchemaVersion", arn("glue", "schema/orders/Other")],
      ["glue:GetSchemaVersion", arn("glue", "registry/orders")],
    );
    await expect(glue.send(read)).rejects.toThrow(arn("glue", "schema/orders/OrderPlaced"));
    allow(["glue:GetSchemaVersion", arn("glue", "*/orders*")]);
    expect((await glue.send(read)).VersionNumber).toBe(1);
  });
});
