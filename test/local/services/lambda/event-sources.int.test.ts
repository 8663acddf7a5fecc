import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EventSourceMappingConfig, LogLine } from "../../../../local/services/contract.ts";
import { openDynamoDb } from "../../../../local/services/dynamodb/index.ts";
import { openKinesis } from "../../../../local/services/kinesis/index.ts";
import { openMessaging } from "../../../../local/services/messaging/index.ts";
import { type TestLambda, type TestLambdaOptions, temporaryFolder, testLambda } from "./support.ts";

const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:";
const STREAM = "arn:aws:kinesis:eu-west-1:000000000000:stream/events";

/** Prints each event on a line, and fails the records whose data or body says so. */
const RECORDER = `export const handler = async (event) => {
  process.stdout.write(JSON.stringify(event) + "\\n");
  const text = (r) => r.body ?? (r.kinesis ? Buffer.from(r.kinesis.data, "base64").toString() : JSON.stringify(r.dynamodb.Keys));
  const failed = event.Records.filter((r) => text(r).includes("poison"));
  if (event.Records.some((r) => text(r).includes("throw"))) throw new Error("thrown");
  return { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.messageId ?? r.kinesis?.sequenceNumber ?? r.dynamodb.SequenceNumber })) };
};`;

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

interface Stack extends TestLambda {
  readonly dynamodb: ReturnType<typeof openDynamoDb>;
  readonly kinesis: ReturnType<typeof openKinesis>;
  readonly messaging: Awaited<ReturnType<typeof openMessaging>>;
  map(config: Partial<EventSourceMappingConfig> & { eventSourceArn: string }): Promise<void>;
  /** The records of each invocation, once everything was delivered. */
  delivered(): Promise<Record<string, never>[][]>;
  stop(): Promise<void>;
}

const openStack = async (folder: string, options: TestLambdaOptions = {}): Promise<Stack> => {
  const dynamodb = openDynamoDb({ file: join(folder, "dynamodb.db") });
  const kinesis = openKinesis({ file: join(folder, "kinesis.db") });
  const messaging = await openMessaging({ dataDir: join(folder, "messaging"), region: "eu-west-1" });
  const test = testLambda({ folder, dynamodb, kinesis, messaging, ...options });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await test.lambda.close();
    await Promise.all([dynamodb.close(), kinesis.close(), messaging.close()]);
  };
  disposals.push(stop);
  await test.put(RECORDER);
  return {
    ...test,
    dynamodb,
    kinesis,
    messaging,
    map: (config) =>
      test.lambda.putEventSourceMapping({ uuid: "mapping-1", functionName: "probe", enabled: true, ...config }),
    async delivered() {
      await test.lambda.idle();
      return eventsIn(test.logs);
    },
    stop,
  };
};

const eventsIn = (logs: readonly LogLine[]): Record<string, never>[][] =>
  logs
    .filter((line) => line.message.startsWith('{"Records"'))
    .map((line) => (JSON.parse(line.message) as { Records: Record<string, never>[] }).Records);

const newFolder = (): string => {
  const { folder, remove } = temporaryFolder();
  disposals.push(async () => remove());
  return folder;
};

const put = (stack: Stack, ...texts: string[]) =>
  stack.kinesis.call("PutRecords", {
    StreamName: "events",
    Records: texts.map((text) => ({ PartitionKey: "a", Data: Buffer.from(text).toString("base64") })),
  });

const texts = (batches: Record<string, { data: string }>[][]): string[][] =>
  batches.map((batch) => batch.map((record) => Buffer.from(record["kinesis"]?.data ?? "", "base64").toString()));

const messagesIn = async (stack: Stack, queue: string): Promise<{ Body: string; MessageAttributes?: unknown }[]> => {
  const QueueUrl = `https://sqs.eu-west-1.amazonaws.com/000000000000/${queue}`;
  const answer = await stack.messaging.call("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
  });
  return (answer["Messages"] ?? []) as { Body: string }[];
};

describe("a Kinesis mapping", () => {
  const open = async (folder = newFolder(), options: TestLambdaOptions = {}): Promise<Stack> => {
    const stack = await openStack(folder, options);
    await stack.kinesis.call("CreateStream", { StreamName: "events", ShardCount: 1 }).catch(() => undefined);
    return stack;
  };

  it("delivers records in Lambda's form, in order, waiting for start", async () => {
    const stack = await open();
    await stack.map({ eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON", batchSize: 2 });
    await put(stack, "1", "2", "3");
    stack.lambda.start();
    const batches = await stack.delivered();
    expect(texts(batches)).toEqual([["1", "2"], ["3"]]);
    expect(batches[0]?.[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "a",
        sequenceNumber: expect.stringMatching(/^\d+$/),
        data: "MQ==",
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: expect.stringMatching(/^shardId-000000000000:\d+$/),
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::000000000000:role/probe",
      awsRegion: "eu-west-1",
      eventSourceARN: STREAM,
    });
  });

  it("goes on after a restart where it stopped, and from the start of the stream for a new mapping", async () => {
    const folder = newFolder();
    const first = await open(folder);
    await first.map({ eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON" });
    first.lambda.start();
    await put(first, "before");
    expect(texts(await first.delivered())).toEqual([["before"]]);
    await put(first, "meanwhile");
    await first.stop();

    const second = await open(folder);
    await second.map({ eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON" });
    second.lambda.start();
    await put(second, "after");
    const seen = texts(await second.delivered()).flat();
    expect(seen.at(-1)).toBe("after");
    expect(seen).not.toContain("before");

    await second.put(RECORDER, { name: "other" });
    await second.lambda.putEventSourceMapping({
      uuid: "mapping-2",
      functionName: "other",
      enabled: true,
      eventSourceArn: STREAM,
      startingPosition: "TRIM_HORIZON",
    });
    await second.delivered();
    expect(texts(eventsIn(second.logs.filter((line) => line.functionName === "other"))).flat()).toEqual([
      "before",
      "meanwhile",
      "after",
    ]);
  });

  it("reads through a consumer, under the consumer's ARN", async () => {
    const stack = await open();
    const { Consumer } = (await stack.kinesis.call("RegisterStreamConsumer", {
      StreamARN: STREAM,
      ConsumerName: "list",
    })) as { Consumer: { ConsumerARN: string } };
    await stack.map({ eventSourceArn: Consumer.ConsumerARN, startingPosition: "TRIM_HORIZON" });
    stack.lambda.start();
    await put(stack, "1");
    expect((await stack.delivered())[0]?.[0]?.["eventSourceARN"]).toBe(Consumer.ConsumerARN);
  });

  it("bisects down to the poison record and reports it to the on-failure queue", async () => {
    const stack = await open();
    await stack.messaging.call("sqs", "CreateQueue", { QueueName: "failed" });
    await stack.map({
      eventSourceArn: STREAM,
      startingPosition: "TRIM_HORIZON",
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      onFailureArn: `${QUEUE}failed`,
    });
    await put(stack, "1", "2", "throw", "4");
    stack.lambda.start();
    const seen = texts(await stack.delivered());
    expect(seen).toEqual([["1", "2", "throw", "4"], ["1", "2"], ["throw", "4"], ["throw"], ["throw"], ["4"]]);
    const [message] = await messagesIn(stack, "failed");
    const report = JSON.parse(message?.Body ?? "{}") as {
      KinesisBatchInfo: { startSequenceNumber: string; endSequenceNumber: string };
    };
    expect(report).toMatchObject({
      requestContext: {
        functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:probe",
        condition: "RetryAttemptsExhausted",
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1, streamArn: STREAM },
    });
    expect(report.KinesisBatchInfo.startSequenceNumber).toBe(report.KinesisBatchInfo.endSequenceNumber);
  });

  it("retries from the first record that the function names", async () => {
    const stack = await open();
    await stack.map({
      eventSourceArn: STREAM,
      startingPosition: "TRIM_HORIZON",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 1,
    });
    await put(stack, "1", "poison", "3");
    stack.lambda.start();
    expect(texts(await stack.delivered())).toEqual([
      ["1", "poison", "3"],
      ["poison", "3"],
    ]);
  });

  it("delivers only what a filter matches, looking into JSON data", async () => {
    const stack = await open();
    await stack.map({
      eventSourceArn: STREAM,
      startingPosition: "TRIM_HORIZON",
      filters: ['{"data":{"type":[{"prefix":"Order"}]}}'],
    });
    await put(stack, '{"type":"OrderPlaced"}', '{"type":"Other"}', "no JSON");
    stack.lambda.start();
    expect(texts(await stack.delivered())).toEqual([['{"type":"OrderPlaced"}']]);
  });

  it("keeps the order within a key with concurrent batches", async () => {
    const stack = await open();
    await stack.map({
      eventSourceArn: STREAM,
      startingPosition: "TRIM_HORIZON",
      parallelizationFactor: 4,
      batchSize: 5,
    });
    const Records = Array.from({ length: 60 }, (_, index) => ({
      PartitionKey: `key-${index % 6}`,
      Data: Buffer.from(String(index)).toString("base64"),
    }));
    await stack.kinesis.call("PutRecords", { StreamName: "events", Records });
    stack.lambda.start();
    const seen = texts(await stack.delivered())
      .flat()
      .map(Number);
    expect(seen).toHaveLength(60);
    for (let key = 0; key < 6; key += 1) {
      const ofKey = seen.filter((index) => index % 6 === key);
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
    }
  });

  it("delivers again what a closed stack had not finished", async () => {
    const folder = newFolder();
    const first = await open(folder, { limits: { closeGraceMs: 1 } });
    await first.put(
      'export const handler = () => { process.stdout.write("begun\\n"); return new Promise((r) => setTimeout(r, 60_000)); };',
      { timeoutSeconds: 90 },
    );
    const begun = Promise.withResolvers<void>();
    const seen = first.logs.push.bind(first.logs);
    first.logs.push = (...lines) => {
      if (lines.some((line) => line.message === "begun")) begun.resolve();
      return seen(...lines);
    };
    await first.map({ eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON", maximumRetryAttempts: 0 });
    first.lambda.start();
    await put(first, "1");
    await begun.promise;
    await first.stop();

    const second = await open(folder);
    await second.map({ eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON", maximumRetryAttempts: 0 });
    second.lambda.start();
    expect(texts(await second.delivered())).toEqual([["1"]]);
  });
});

describe("a DynamoDB stream mapping", () => {
  const open = async (): Promise<Stack & { streamArn: string }> => {
    const stack = await openStack(newFolder());
    const { TableDescription } = (await stack.dynamodb.call("CreateTable", {
      TableName: "orders",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    })) as { TableDescription: { LatestStreamArn: string } };
    return { ...stack, streamArn: TableDescription.LatestStreamArn };
  };

  it("delivers changes in Lambda's form and filters on the record", async () => {
    const stack = await open();
    await stack.map({
      eventSourceArn: stack.streamArn,
      startingPosition: "TRIM_HORIZON",
      filters: ['{"eventName":["INSERT"]}'],
    });
    stack.lambda.start();
    const Item = { id: { S: "1" }, n: { N: "5" } };
    await stack.dynamodb.call("PutItem", { TableName: "orders", Item });
    await stack.dynamodb.call("DeleteItem", { TableName: "orders", Key: { id: { S: "1" } } });
    expect((await stack.delivered()).flat()).toEqual([
      {
        eventID: expect.any(String),
        eventName: "INSERT",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "eu-west-1",
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { id: { S: "1" } },
          NewImage: Item,
          SequenceNumber: expect.any(String),
          SizeBytes: expect.any(Number),
          StreamViewType: "NEW_AND_OLD_IMAGES",
        },
        eventSourceARN: stack.streamArn,
      },
    ]);
  });
});

describe("a queue mapping", () => {
  const open = async (attributes: Record<string, string> = {}, options: TestLambdaOptions = {}): Promise<Stack> => {
    const stack = await openStack(newFolder(), options);
    await stack.messaging.call("sqs", "CreateQueue", { QueueName: "dead" });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${QUEUE}dead`, maxReceiveCount: 2 });
    await stack.messaging.call("sqs", "CreateQueue", {
      QueueName: "work",
      Attributes: { RedrivePolicy, ...attributes },
    });
    return stack;
  };
  const send = (stack: Stack, ...bodies: string[]) =>
    Promise.all(
      bodies.map((MessageBody) =>
        stack.messaging.call("sqs", "SendMessage", {
          QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/work",
          MessageBody,
          MessageAttributes: { type: { DataType: "String", StringValue: "t" } },
        }),
      ),
    );

  it("delivers messages in Lambda's form and takes them out of the queue", async () => {
    const stack = await open();
    await stack.map({ eventSourceArn: `${QUEUE}work` });
    stack.lambda.start();
    await send(stack, "hello");
    expect((await stack.delivered()).flat()).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: "hello",
        attributes: expect.objectContaining({ ApproximateReceiveCount: "1", SentTimestamp: expect.any(String) }),
        messageAttributes: {
          type: { stringValue: "t", stringListValues: [], binaryListValues: [], dataType: "String" },
        },
        md5OfBody: "5d41402abc4b2a76b9719d911017c592",
        md5OfMessageAttributes: expect.any(String),
        eventSource: "aws:sqs",
        eventSourceARN: `${QUEUE}work`,
        awsRegion: "eu-west-1",
      },
    ]);
    const { Attributes } = (await stack.messaging.call("sqs", "GetQueueAttributes", {
      QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/work",
      AttributeNames: ["All"],
    })) as { Attributes: Record<string, string> };
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
  });

  it("leaves what failed to the queue's redrive, and takes out the rest", async () => {
    const stack = await open({ VisibilityTimeout: "1" }, { limits: { queuePollMs: 50 } });
    await stack.put(RECORDER, { timeoutSeconds: 1 });
    await stack.map({
      eventSourceArn: `${QUEUE}work`,
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    await send(stack, "1", "poison", "3");
    stack.lambda.start();
    await expect
      .poll(() => messagesIn(stack, "dead"), { timeout: 10_000, interval: 100 })
      .toMatchObject([{ Body: "poison" }]);
    const bodies = eventsIn(stack.logs).map((batch) => batch.map((record) => String(record["body"])).toSorted());
    expect(bodies).toEqual([["1", "3", "poison"], ["poison"]]);
  });

  it("takes out what no filter matches", async () => {
    const stack = await open();
    await stack.map({ eventSourceArn: `${QUEUE}work`, filters: ['{"body":{"n":[{"numeric":[">",1]}]}}'] });
    stack.lambda.start();
    await send(stack, '{"n":1}', '{"n":2}');
    expect((await stack.delivered()).flat().map((record) => record["body"])).toEqual(['{"n":2}']);
  });
});

describe("putting a mapping", () => {
  it.each<[string, Partial<EventSourceMappingConfig> & { eventSourceArn: string }, string | RegExp]>([
    [
      "ReceiveMessage",
      { eventSourceArn: `${QUEUE}work` },
      /The provided execution role does not have permissions to call ReceiveMessage on SQS/,
    ],
    [
      "GetRecords",
      { eventSourceArn: STREAM, startingPosition: "LATEST" },
      /Cannot access stream arn:\S+\. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListShards Actions/,
    ],
  ])("is refused without the role's permission to %s", async (denied, config, message) => {
    const stack = await openStack(newFolder(), {
      authorizeSource: (_role, { action }) => ({ allowed: !action.endsWith(denied), reason: "no policy allows it" }),
    });
    await expect(stack.map(config)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringMatching(message),
    });
  });

  it("is refused for a queue whose messages would come back while the function still runs", async () => {
    const stack = await openStack(newFolder());
    await stack.messaging.call("sqs", "CreateQueue", { QueueName: "work", Attributes: { VisibilityTimeout: "4" } });
    await expect(stack.map({ eventSourceArn: `${QUEUE}work` })).rejects.toThrow(
      "Queue visibility timeout: 4 seconds is less than Function timeout: 5 seconds",
    );
  });
});

describe("an asynchronous invocation", () => {
  const dead = { deadLetterArn: `${QUEUE}dead` };

  it("is retried twice, then given to the dead-letter queue with Lambda's attributes", async () => {
    const stack = await openStack(newFolder());
    await stack.messaging.call("sqs", "CreateQueue", { QueueName: "dead" });
    await stack.put('export const handler = async () => { console.log("try"); throw new Error("never"); };', dead);
    stack.lambda.start();
    await stack.lambda.invokeAsync("probe", { order: 1 });
    await stack.lambda.idle();
    expect(stack.logs.filter((line) => line.message.endsWith("\ttry"))).toHaveLength(3);
    expect(await messagesIn(stack, "dead")).toMatchObject([
      {
        Body: '{"order":1}',
        MessageAttributes: { ErrorMessage: { StringValue: "never" }, ErrorCode: { StringValue: "200" }, RequestID: {} },
      },
    ]);
  });

  it("outlives a restart", async () => {
    const folder = newFolder();
    const first = await openStack(folder);
    await first.lambda.invokeAsync("probe", { Records: [] });
    await first.stop();
    const second = await openStack(folder);
    second.lambda.start();
    expect(await second.delivered()).toEqual([[]]);
  });
});
