import { describe, expect, it } from "vitest";
import { accessOf } from "../../../local/front/access/index.ts";
import type { FrontService } from "../../../local/front/call.ts";
import { decodeS3 } from "../../../local/front/s3-request.ts";
import type { JsonService } from "../../../local/services/contract.ts";

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const TABLE = arn("dynamodb", "table/events");
const STREAM = `${TABLE}/stream/2030-01-01T00:00:00.000`;
const CORE = arn("kinesis", "stream/core");
const CONSUMER = `${CORE}/consumer/order-list:1`;
const SCHEMA = arn("glue", "schema/orders/OrderPlaced");
const REGISTRY = arn("glue", "registry/orders");

const engine = (answer: Record<string, unknown>): JsonService => ({
  call: async () => answer,
  close: async () => undefined,
});
const environment = {
  region: "eu-west-1",
  dynamodb: engine({}),
  kinesis: engine({ ConsumerDescription: { ConsumerARN: CONSUMER } }),
  glue: engine({ SchemaArn: SCHEMA }),
};

const permissions = async (
  service: FrontService,
  action: string,
  input: Record<string, unknown>,
  streamArn?: string,
) => {
  const call = {
    service,
    protocol: "json-1.0" as const,
    action,
    input,
    ...(streamArn === undefined ? {} : { streamArn }),
  };
  return (await accessOf(call, environment)).map((access) => `${access.action} ${access.resource}`);
};

describe("the permissions of a call", () => {
  it.each<[FrontService, string, Record<string, unknown>, string[]]>([
    ["dynamodb", "PutItem", { TableName: "events" }, [`dynamodb:PutItem ${TABLE}`]],
    ["dynamodb", "Query", { TableName: TABLE }, [`dynamodb:Query ${TABLE}`]],
    [
      "dynamodb",
      "Query",
      { TableName: "events", IndexName: "TimestampIndex" },
      [`dynamodb:Query ${TABLE}/index/TimestampIndex`],
    ],
    [
      "dynamodb",
      "BatchGetItem",
      { RequestItems: { events: {}, other: {} } },
      [`dynamodb:BatchGetItem ${TABLE}`, `dynamodb:BatchGetItem ${arn("dynamodb", "table/other")}`],
    ],
    [
      "dynamodb",
      "TransactWriteItems",
      {
        TransactItems: [
          { Put: { TableName: "events" } },
          { ConditionCheck: { TableName: "events" } },
          { Delete: { TableName: "other" } },
        ],
      },
      [
        `dynamodb:PutItem ${TABLE}`,
        `dynamodb:ConditionCheckItem ${TABLE}`,
        `dynamodb:DeleteItem ${arn("dynamodb", "table/other")}`,
      ],
    ],
    [
      "dynamodb",
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "events" } }] },
      [`dynamodb:GetItem ${TABLE}`],
    ],
    ["dynamodb", "ListTables", {}, ["dynamodb:ListTables *"]],
    ["dynamodb", "GetShardIterator", { StreamArn: STREAM }, [`dynamodb:GetShardIterator ${STREAM}`]],
    ["dynamodb", "TagResource", { ResourceArn: TABLE }, [`dynamodb:TagResource ${TABLE}`]],
    ["kinesis", "PutRecords", { StreamName: "core" }, [`kinesis:PutRecords ${CORE}`]],
    ["kinesis", "PutRecord", { StreamARN: CORE }, [`kinesis:PutRecord ${CORE}`]],
    ["kinesis", "DescribeStreamConsumer", { ConsumerARN: CONSUMER }, [`kinesis:DescribeStreamConsumer ${CONSUMER}`]],
    [
      "kinesis",
      "DescribeStreamConsumer",
      { StreamARN: CORE, ConsumerName: "order-list" },
      [`kinesis:DescribeStreamConsumer ${CONSUMER}`],
    ],
    [
      "sqs",
      "SendMessageBatch",
      { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/q" },
      [`sqs:SendMessage ${arn("sqs", "q")}`],
    ],
    ["sqs", "GetQueueUrl", { QueueName: "q" }, [`sqs:GetQueueUrl ${arn("sqs", "q")}`]],
    ["sns", "PublishBatch", { TopicArn: arn("sns", "t") }, [`sns:Publish ${arn("sns", "t")}`]],
    ["sns", "Unsubscribe", { SubscriptionArn: `${arn("sns", "t")}:1-2-3` }, [`sns:Unsubscribe ${arn("sns", "t")}`]],
    ["sns", "CreateTopic", { Name: "t" }, [`sns:CreateTopic ${arn("sns", "t")}`]],
    ["glue", "GetRegistry", { RegistryId: { RegistryName: "orders" } }, [`glue:GetRegistry ${REGISTRY}`]],
    [
      "glue",
      "RegisterSchemaVersion",
      { SchemaId: { SchemaArn: SCHEMA } },
      [`glue:RegisterSchemaVersion ${REGISTRY}`, `glue:RegisterSchemaVersion ${SCHEMA}`],
    ],
    [
      "glue",
      "CreateSchema",
      { RegistryId: { RegistryArn: REGISTRY }, SchemaName: "OrderPlaced" },
      [`glue:CreateSchema ${REGISTRY}`, `glue:CreateSchema ${SCHEMA}`],
    ],
    [
      "glue",
      "GetSchemaVersion",
      { SchemaVersionId: "uuid" },
      [`glue:GetSchemaVersion ${REGISTRY}`, `glue:GetSchemaVersion ${SCHEMA}`],
    ],
    ["lambda", "Invoke", { FunctionName: "commands" }, [`lambda:InvokeFunction ${arn("lambda", "function:commands")}`]],
    [
      "lambda",
      "Invoke",
      { FunctionName: "000000000000:function:commands" },
      [`lambda:InvokeFunction ${arn("lambda", "function:commands")}`],
    ],
    [
      "lambda",
      "Invoke",
      { FunctionName: arn("lambda", "function:commands") },
      [`lambda:InvokeFunction ${arn("lambda", "function:commands")}`],
    ],
    ["sts", "GetCallerIdentity", {}, []],
  ])("%s %s %j", async (service, action, input, expected) => {
    expect(await permissions(service, action, input)).toEqual(expected);
  });

  it.each(["dynamodb", "kinesis"] as const)("of GetRecords of %s is that of the iterator's stream", async (service) => {
    expect(await permissions(service, "GetRecords", { ShardIterator: "x" }, STREAM)).toEqual([
      `${service}:GetRecords ${STREAM}`,
    ]);
  });

  it.each<[FrontService, string]>([
    ["dynamodb", "ExecuteStatement"],
    ["kinesis", "PutResourcePolicy"],
    ["sqs", "StartMessageMoveTask"],
    ["sns", "CreatePlatformApplication"],
    ["glue", "GetTables"],
    ["sts", "AssumeRole"],
  ])("of %s %s, which the local cloud does not have, is refused by name", async (service, action) => {
    await expect(permissions(service, action, {})).rejects.toMatchObject({
      code: "UnknownOperationException",
      statusCode: 501,
      message: `The local cloud does not have the action ${service}:${action}.`,
    });
  });
});

describe("the permissions of an S3 request", () => {
  const bucket = "arn:aws:s3:::snapshots";
  const s3 = async (method: string, path: string, more: { headers?: Record<string, string>; body?: string } = {}) => {
    const decoded = decodeS3({ method, path, headers: more.headers ?? {}, body: Buffer.from(more.body ?? "") });
    return permissions("s3", decoded.action, decoded.input);
  };
  it.each<[string, string, string[]]>([
    ["GET", "/", ["s3:ListAllMyBuckets *"]],
    ["PUT", "/snapshots", [`s3:CreateBucket ${bucket}`]],
    ["HEAD", "/snapshots/", [`s3:ListBucket ${bucket}`]],
    ["GET", "/snapshots?list-type=2&prefix=a", [`s3:ListBucket ${bucket}`]],
    ["GET", "/snapshots/a%20b/c?x-id=GetObject", [`s3:GetObject ${bucket}/a b/c`]],
    ["PUT", "/snapshots/a?partNumber=1&uploadId=2", [`s3:PutObject ${bucket}/a`]],
    ["DELETE", "/snapshots/a?uploadId=2", [`s3:AbortMultipartUpload ${bucket}/a`]],
    ["DELETE", "/snapshots/a", [`s3:DeleteObject ${bucket}/a`]],
  ])("%s %s", async (method, path, expected) => {
    expect(await s3(method, path)).toEqual(expected);
  });

  it("to copy includes reading the source", async () => {
    const headers = { "x-amz-copy-source": "/other/a%20b" };
    expect(await s3("PUT", "/snapshots/a", { headers })).toEqual([
      `s3:PutObject ${bucket}/a`,
      "s3:GetObject arn:aws:s3:::other/a b",
    ]);
  });

  it("to delete several objects is asked for each", async () => {
    const body = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    expect(await s3("POST", "/snapshots?delete", { body })).toEqual([
      `s3:DeleteObject ${bucket}/a`,
      `s3:DeleteObject ${bucket}/b`,
    ]);
  });

  it("that the local S3 does not have is refused by name", async () => {
    await expect(s3("PUT", "/snapshots?policy")).rejects.toMatchObject({
      code: "NotImplemented",
      statusCode: 501,
      message: expect.stringContaining("PUT bucket policy"),
    });
  });
});
