import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessagingService } from "../../../../local/services/contract.ts";
import { openIam } from "../../../../local/services/iam/index.ts";
import {
  type MessagingOptions,
  openMessaging,
  type RefusedDelivery,
} from "../../../../local/services/messaging/index.ts";

const REGION = "eu-west-1";
const arn = (service: string, name: string): string => `arn:aws:${service}:${REGION}:000000000000:${name}`;
const url = (name: string): string => `https://sqs.${REGION}.amazonaws.com/000000000000/${name}`;

let folder: string;
let messaging: MessagingService;

const reopen = async (more: Partial<MessagingOptions> = {}) => {
  await messaging?.close();
  messaging = await openMessaging({ dataDir: join(folder, "messaging"), region: REGION, ...more });
};
const sqs = (action: string, input: Record<string, unknown>) => messaging.call("sqs", action, input);
const sns = (action: string, input: Record<string, unknown>) => messaging.call("sns", action, input);
const createQueue = (name: string, attributes: Record<string, string> = {}) =>
  sqs("CreateQueue", { QueueName: name, Attributes: attributes });
const createDeadLetterPair = async (name: string, maxReceiveCount: number, attributes = {}) => {
  await createQueue(`${name}-dlq`);
  const redrive = { deadLetterTargetArn: arn("sqs", `${name}-dlq`), maxReceiveCount };
  await createQueue(name, { RedrivePolicy: JSON.stringify(redrive), ...attributes });
};
const receive = async (name: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> =>
  ((await sqs("ReceiveMessage", { QueueUrl: url(name), MaxNumberOfMessages: 10, ...more }))["Messages"] ??
    []) as Record<string, unknown>[];
const bodies = async (name: string, more: Record<string, unknown> = {}) =>
  (await receive(name, more)).map((message) => message["Body"]);
/** Resolves when the queue is announced. */
const announced = (name: string): Promise<void> =>
  new Promise((resolve) => {
    const stop = messaging.onMessage((queueArn) => {
      if (queueArn !== arn("sqs", name)) return;
      stop();
      resolve();
    });
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nexus-messaging-"));
  await reopen();
});
afterEach(async () => {
  await messaging.close();
  rmSync(folder, { recursive: true });
});

describe("queues", () => {
  it("have AWS's form of URL and the account of all local resources", async () => {
    expect(await createQueue("orders")).toEqual({ QueueUrl: url("orders") });
    const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl: url("orders"), AttributeNames: ["QueueArn"] });
    expect(Attributes).toEqual({ QueueArn: arn("sqs", "orders") });
  });

  it("fail with the error that AWS names", async () => {
    await expect(sqs("SendMessage", { QueueUrl: url("none"), MessageBody: "x" })).rejects.toMatchObject({
      code: "QueueDoesNotExist",
      statusCode: 400,
    });
    await expect(sqs("StartMessageMoveTask", {})).rejects.toThrow("StartMessageMoveTask");
  });

  it("hide a message while it is worked on, and show it again at once when asked", async () => {
    await createQueue("orders");
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "one" });
    const [message] = await receive("orders");
    expect(await bodies("orders")).toEqual([]);
    const again = announced("orders");
    await sqs("ChangeMessageVisibility", {
      QueueUrl: url("orders"),
      ReceiptHandle: message?.["ReceiptHandle"],
      VisibilityTimeout: 0,
    });
    await again;
    expect(await bodies("orders")).toEqual(["one"]);
  });

  it("announce a message when it is sent, when its delay ends and when its visibility runs out", async () => {
    await createQueue("orders", { VisibilityTimeout: "1" });
    const sent = announced("orders");
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "now" });
    await sent;
    expect(await bodies("orders")).toEqual(["now"]);
    await announced("orders");
    const [message] = await receive("orders", { VisibilityTimeout: 60 });
    expect(message?.["Body"]).toBe("now");
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "later", DelaySeconds: 1 });
    expect(await bodies("orders")).toEqual([]);
    await announced("orders");
    expect(await bodies("orders")).toEqual(["later"]);
  });

  it("end a long poll as soon as there is a message", async () => {
    await createQueue("orders");
    const poll = bodies("orders", { WaitTimeSeconds: 20 });
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "one" });
    expect(await poll).toEqual(["one"]);
  });

  it("move a message to the dead-letter queue after its last receipt", async () => {
    await createDeadLetterPair("orders", 2);
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "poison" });
    expect(await bodies("orders", { VisibilityTimeout: 0 })).toEqual(["poison"]);
    expect(await bodies("orders", { VisibilityTimeout: 0 })).toEqual(["poison"]);
    const arrived = announced("orders-dlq");
    expect(await bodies("orders")).toEqual([]);
    await arrived;
    expect(await bodies("orders-dlq")).toEqual(["poison"]);
  });

  it.each([
    ["does not exist", async () => undefined, "Dead letter target does not exist"],
    [
      "denies all sources",
      () => createQueue("dlq", { RedriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) }),
      "RedriveAllowPolicy of dlq",
    ],
    [
      "names other sources",
      () =>
        createQueue("dlq", {
          RedriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn("sqs", "other")] }),
        }),
      "RedriveAllowPolicy of dlq",
    ],
  ])("are refused a dead-letter queue that %s", async (_, prepare, reason) => {
    await prepare();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("sqs", "dlq"), maxReceiveCount: 5 });
    await expect(createQueue("orders", { RedrivePolicy })).rejects.toThrow(reason);
    await createQueue("orders");
    const set = sqs("SetQueueAttributes", { QueueUrl: url("orders"), Attributes: { RedrivePolicy } });
    await expect(set).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });
});

describe("topics", () => {
  const subscribe = async (topic: string, queue: string, attributes: Record<string, string> = {}) => {
    await sns("CreateTopic", { Name: topic });
    await createQueue(queue);
    const subscription = { TopicArn: arn("sns", topic), Protocol: "sqs", Endpoint: arn("sqs", queue) };
    return sns("Subscribe", { ...subscription, Attributes: { RawMessageDelivery: "true", ...attributes } });
  };
  const publish = (topic: string, message: string, type?: string) =>
    sns("Publish", {
      TopicArn: arn("sns", topic),
      Message: message,
      ...(type === undefined ? {} : { MessageAttributes: { type: { DataType: "String", StringValue: type } } }),
    });

  it("deliver raw to each queue, with the attributes, and announce it", async () => {
    await subscribe("standard", "a");
    await subscribe("standard", "b");
    const both = Promise.all([announced("a"), announced("b")]);
    await publish("standard", '{"é":"&<>"}', "OrderNoteAdded");
    await both;
    for (const queue of ["a", "b"]) {
      const [message] = await receive(queue, { MessageAttributeNames: ["All"] });
      expect(message?.["Body"]).toBe('{"é":"&<>"}');
      expect(message?.["MessageAttributes"]).toEqual({ type: { DataType: "String", StringValue: "OrderNoteAdded" } });
    }
  });

  it("deliver what the filter policy lets through", async () => {
    await subscribe("standard", "notes", { FilterPolicy: JSON.stringify({ type: ["OrderNoteAdded"] }) });
    await publish("standard", "no", "Other");
    await publish("standard", "yes", "OrderNoteAdded");
    expect(await bodies("notes")).toEqual(["yes"]);
  });

  it("refuse subscribers that are not simulated by name", async () => {
    await sns("CreateTopic", { Name: "standard" });
    const lambda = { TopicArn: arn("sns", "standard"), Protocol: "lambda", Endpoint: arn("lambda", "function:f") };
    await expect(sns("Subscribe", lambda)).rejects.toThrow("Subscriptions by lambda are not simulated");
  });

  it("deliver only to queues whose policy lets them, and tell of a refusal once", async () => {
    const iam = openIam({ file: ":memory:" });
    const refused: RefusedDelivery[] = [];
    await reopen({ iam, onRefusedDelivery: (refusal) => refused.push(refusal) });
    await subscribe("standard", "open");
    await subscribe("standard", "shut");
    const policy = (sourceTopic: string) =>
      JSON.stringify({
        Statement: {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: { ArnEquals: { "aws:SourceArn": arn("sns", sourceTopic) } },
        },
      });
    const setPolicy = (queue: string, Policy: string) =>
      sqs("SetQueueAttributes", { QueueUrl: url(queue), Attributes: { Policy } });
    await setPolicy("open", policy("standard"));
    await setPolicy("shut", policy("another"));
    await publish("standard", "one");
    await publish("standard", "two");
    expect(await bodies("open")).toEqual(["one", "two"]);
    expect(await bodies("shut")).toEqual([]);
    expect(refused).toEqual([
      {
        topicArn: arn("sns", "standard"),
        queueArn: arn("sqs", "shut"),
        reason: "because no resource-based policy allows the sqs:SendMessage action",
      },
    ]);
    await setPolicy("shut", policy("standard"));
    await publish("standard", "three");
    expect(await bodies("shut")).toEqual(["three"]);
    iam.close();
  });
});

describe("buckets", () => {
  it("keep objects under any key, over a restart", async () => {
    await messaging.call("s3", "CreateBucket", { Bucket: "snapshots" });
    await messaging.call("s3", "PutObject", { Bucket: "snapshots", Key: "order/a b+ü", Body: "state" });
    await reopen();
    const { Body } = await messaging.call("s3", "GetObject", { Bucket: "snapshots", Key: "order/a b+ü" });
    expect(Buffer.from(Body as Uint8Array).toString()).toBe("state");
    await expect(messaging.call("s3", "GetObject", { Bucket: "snapshots", Key: "none" })).rejects.toMatchObject({
      code: "NoSuchKey",
      statusCode: 404,
    });
  });
});

describe("a restart", () => {
  it("keeps queues, subscriptions, receive counts, delays and what is being worked on", async () => {
    await createDeadLetterPair("orders", 2, { VisibilityTimeout: "120" });
    await sns("CreateTopic", { Name: "standard" });
    await sns("Subscribe", {
      TopicArn: arn("sns", "standard"),
      Protocol: "sqs",
      Endpoint: arn("sqs", "orders"),
      Attributes: { RawMessageDelivery: "true" },
    });
    await sns("Publish", { TopicArn: arn("sns", "standard"), Message: "twice received" });
    await receive("orders", { VisibilityTimeout: 0 });
    await receive("orders", { VisibilityTimeout: 0 });
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "worked on" });
    await reopen();
    expect(await bodies("orders")).toEqual(["worked on"]);
    expect(await bodies("orders-dlq")).toEqual(["twice received"]);
    await sqs("SendMessage", { QueueUrl: url("orders"), MessageBody: "later", DelaySeconds: 1 });
    await reopen();
    expect(await bodies("orders")).toEqual([]);
    await announced("orders");
    expect(await bodies("orders")).toEqual(["later"]);
    await sns("Publish", { TopicArn: arn("sns", "standard"), Message: "still subscribed" });
    expect(await bodies("orders")).toEqual(["still subscribed"]);
  });

  it("refuses calls while it is closed", async () => {
    await messaging.close();
    await expect(createQueue("orders")).rejects.toThrow("closed");
  });
});
