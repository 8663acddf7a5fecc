import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetRegistryCommand, GlueClient } from "@aws-sdk/client-glue";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../local/services/contract.ts";
import { arn, QUEUE_URL, ROLE, useFront } from "./front-under-test.ts";

const local = useFront();

describe("SDK clients that know only AWS_ENDPOINT_URL", () => {
  it("call DynamoDB with the JSON of the wire", async () => {
    local.grant("dynamodb:PutItem", "dynamodb:GetItem");
    local.engines.dynamodb.call.mockResolvedValue({ Item: { aggregateId: { S: "order-1" } } });
    await local.putItem();
    expect(local.engines.dynamodb.call).toHaveBeenCalledWith("PutItem", {
      TableName: "events",
      Item: { aggregateId: { S: "order-1" } },
    });
    const read = new GetItemCommand({ TableName: "events", Key: { aggregateId: { S: "order-1" } } });
    expect((await new DynamoDBClient(local.client()).send(read)).Item).toEqual({ aggregateId: { S: "order-1" } });
  });

  it("call Kinesis over HTTP/2, and find their stream again by its iterator", async () => {
    local.grant("kinesis:*");
    const kinesis = new KinesisClient(local.client());
    local.engines.kinesis.call.mockResolvedValue({ SequenceNumber: "1", ShardId: "s" });
    await kinesis.send(new PutRecordCommand({ StreamName: "core", Data: Buffer.from("{}"), PartitionKey: "order-1" }));
    expect(local.engines.kinesis.call).toHaveBeenCalledWith("PutRecord", {
      StreamName: "core",
      Data: "e30=",
      PartitionKey: "order-1",
    });

    local.engines.kinesis.call.mockResolvedValue({ ShardIterator: "token-1" });
    const iterator = { StreamName: "core", ShardId: "s", ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(iterator));
    local.engines.kinesis.call.mockResolvedValue({ Records: [], NextShardIterator: "token-2" });
    local.iam.putInlinePolicy(ROLE, "grants", {
      Statement: { Effect: "Allow", Action: "kinesis:GetRecords", Resource: arn("kinesis", "stream/core") },
    });
    const { NextShardIterator } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(local.engines.kinesis.call).toHaveBeenLastCalledWith("GetRecords", { ShardIterator: "token-1" });
    await kinesis.send(new GetRecordsCommand({ ShardIterator: NextShardIterator }));
    expect(local.engines.kinesis.call).toHaveBeenLastCalledWith("GetRecords", { ShardIterator: "token-2" });
    const foreign = kinesis.send(new GetRecordsCommand({ ShardIterator: "token-1" }));
    await expect(foreign).rejects.toMatchObject({ name: "InvalidArgumentException" });
  });

  it("call Glue, SQS by AWS's queue URL, SNS and S3", async () => {
    local.grant("glue:*", "sqs:*", "sns:*", "s3:*");
    await new GlueClient(local.client()).send(new GetRegistryCommand({ RegistryId: { RegistryName: "orders" } }));
    expect(local.engines.glue.call).toHaveBeenCalledWith("GetRegistry", { RegistryId: { RegistryName: "orders" } });
    const sqs = local.sqs();
    await sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: "one" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["one"]);
    const publish = new PublishCommand({ TopicArn: arn("sns", "standard"), Message: "é & <x>" });
    expect((await new SNSClient(local.client()).send(publish)).MessageId).toBeDefined();
    const s3 = new S3Client(local.client());
    await s3.send(new PutObjectCommand({ Bucket: "snapshots", Key: "a b/ü+c", Body: "state" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "snapshots", Key: "a b/ü+c" }));
    expect(await Body?.transformToString()).toBe("state");
  });

  it("get the engine's error by its name, with its further members", async () => {
    local.grant("dynamodb:*");
    local.engines.dynamodb.call.mockRejectedValue(
      new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, {
        Item: { version: { N: "3" } },
      }),
    );
    await expect(local.putItem()).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: { version: { N: "3" } },
    });
    local.engines.dynamodb.call.mockRejectedValue(new TypeError("x is not a function"));
    await expect(local.putItem()).rejects.toMatchObject({
      name: "InternalFailure",
      $metadata: { httpStatusCode: 500 },
    });
    expect(local.log.at(-1)?.failure).toBeInstanceOf(TypeError);
  });
});
