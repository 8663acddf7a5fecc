import { KinesisClient, type PutRecordsCommandInput } from "@aws-sdk/client-kinesis";
import { type PublishBatchCommandInput, SNSClient } from "@aws-sdk/client-sns";
import { type SendMessageBatchCommandInput, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { KinesisEventChannel } from "../../../../runtime/adapters/kinesis/kinesis-event-channel.ts";
import { SnsEventChannel } from "../../../../runtime/adapters/sns/sns-event-channel.ts";
import { sendAll } from "../../../../runtime/adapters/sqs/sqs-batch.ts";
import { SqsSnapshotQueue } from "../../../../runtime/adapters/sqs/sqs-queues.ts";
import { fromCloudEvent } from "../../../../runtime/kernel/cloud-event.ts";
import { recordedEvents } from "../../../../runtime/kernel/event.ts";
import { commit, noted } from "../../../support/counter/commits.ts";

interface StubbedClient {
  middlewareStack: { add(middleware: () => (args: { input: unknown }) => Promise<unknown>, options: object): void };
}

/** A client of the real SDK whose calls end before the wire: `answer` gets the input, and says what came back. */
const stub = <Client extends object, Input>(client: Client, answer: (input: Input) => unknown) => {
  const inputs: Input[] = [];
  const { middlewareStack } = client as unknown as StubbedClient;
  middlewareStack.add(
    () => async (args) => {
      const input = args.input as Input;
      inputs.push(input);
      return { output: answer(input), response: {} };
    },
    { step: "initialize", priority: "low" },
  );
  return { client, inputs };
};
const region = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
const accessDenied = (name: string) => () => {
  throw Object.assign(new Error("not authorized to perform"), { name, $fault: "client" });
};
const events = (count: number, text = "short") =>
  Array.from({ length: count }, (_, index) => recordedEvents(commit(`a${index}`, 1, { events: [noted(text)] }))).flat();

const kinesis = (answer: (input: PutRecordsCommandInput) => unknown) => {
  const { client, inputs } = stub(new KinesisClient(region), answer);
  return { channel: new KinesisEventChannel(client, "core", "counters"), inputs };
};
const allPut = ({ Records = [] }: PutRecordsCommandInput) => ({
  Records: Records.map(() => ({ SequenceNumber: "1", ShardId: "s" })),
});

describe("core events over Kinesis", () => {
  it("are CloudEvents, partitioned by their aggregate", async () => {
    const { channel, inputs } = kinesis(allPut);
    const [event] = events(1);
    expect(await channel.send(events(1))).toEqual([undefined]);
    const [record] = inputs[0]?.Records ?? [];
    expect(inputs[0]?.StreamName).toBe("core");
    expect(record?.PartitionKey).toBe("a0");
    const received = fromCloudEvent(JSON.parse(Buffer.from(record?.Data ?? []).toString()), "counters");
    expect(received).toMatchObject({ id: event?.id, type: "CounterNoted", data: { text: "short" } });
  });

  it("are told apart when only some are refused", async () => {
    const { channel } = kinesis(({ Records = [] }) => ({
      Records: Records.map((_, index) =>
        index === 1 ? { ErrorCode: "ProvisionedThroughputExceededException" } : { SequenceNumber: "1" },
      ),
    }));
    expect(await channel.send(events(3))).toEqual([
      undefined,
      expect.objectContaining({ code: "NEXUS_BUS_UNAVAILABLE" }),
      undefined,
    ]);
  });

  it("are refused all together when the call fails", async () => {
    const { channel } = kinesis(accessDenied("AccessDeniedException"));
    expect(await channel.send(events(2))).toMatchObject([
      { code: "NEXUS_ACCESS_DENIED" },
      { code: "NEXUS_ACCESS_DENIED" },
    ]);
  });

  it("go in calls of at most 500 records", async () => {
    const { channel, inputs } = kinesis(allPut);
    expect(await channel.send(events(1_001))).toHaveLength(1_001);
    expect(inputs.map(({ Records }) => Records?.length)).toEqual([500, 500, 1]);
  });

  it("that are too large for a record go by reference", async () => {
    const { channel, inputs } = kinesis(allPut);
    await channel.send(events(1, "x".repeat(1_000_001)));
    const received = fromCloudEvent(
      JSON.parse(Buffer.from(inputs[0]?.Records?.[0]?.Data ?? []).toString()),
      "counters",
    );
    expect(received).toMatchObject({ id: "a0/1" });
    expect(received).not.toHaveProperty("data");
  });
});

const sns = (answer: (input: PublishBatchCommandInput) => unknown) => {
  const { client, inputs } = stub(new SNSClient(region), answer);
  return { channel: new SnsEventChannel(client, "arn:topic", "counters"), inputs };
};

describe("standard events over SNS", () => {
  it("are CloudEvents with their type as an attribute, ten a call", async () => {
    const { channel, inputs } = sns(() => ({ Failed: [] }));
    expect(await channel.send(events(12))).toEqual(Array.from({ length: 12 }));
    expect(inputs.map(({ PublishBatchRequestEntries }) => PublishBatchRequestEntries?.length)).toEqual([10, 2]);
    expect(inputs[0]?.PublishBatchRequestEntries?.[0]?.MessageAttributes).toEqual({
      type: { DataType: "String", StringValue: "CounterNoted" },
    });
  });

  it("stay below the size of a call, and go by reference beyond that of a message", async () => {
    const { channel, inputs } = sns(() => ({ Failed: [] }));
    await channel.send([...events(3, "x".repeat(100_000)), ...events(1, "x".repeat(300_000))]);
    expect(inputs.map(({ PublishBatchRequestEntries }) => PublishBatchRequestEntries?.length)).toEqual([2, 2]);
    const last = JSON.parse(inputs[1]?.PublishBatchRequestEntries?.[1]?.Message ?? "");
    expect(last).toMatchObject({ dataref: "nexus:events/a0/1" });
    expect(last).not.toHaveProperty("data");
  });

  it("are told apart when only some are refused", async () => {
    const { channel } = sns(() => ({ Failed: [{ Id: "0", Code: "InternalError", SenderFault: false }] }));
    expect(await channel.send(events(2))).toEqual([
      expect.objectContaining({ code: "NEXUS_BUS_UNAVAILABLE" }),
      undefined,
    ]);
  });

  it("are refused all together when the role does not allow it", async () => {
    const { channel } = sns(accessDenied("AuthorizationErrorException"));
    expect(await channel.send(events(1))).toMatchObject([{ code: "NEXUS_ACCESS_DENIED" }]);
  });
});

describe("messages over SQS", () => {
  const sqs = (answer: (input: SendMessageBatchCommandInput) => unknown) => stub(new SQSClient(region), answer);

  it("go ten a call, and each has its outcome", async () => {
    const { client, inputs } = sqs(({ Entries = [] }) => ({
      Failed: Entries.length === 10 ? [{ Id: "3", Code: "InternalError", SenderFault: false }] : [],
    }));
    const outcomes = await sendAll(
      client,
      "https://queue",
      Array.from({ length: 11 }, (_, n) => ({ n })),
    );
    expect(outcomes.flatMap((outcome, index) => (outcome === undefined ? [] : [index]))).toEqual([3]);
    expect(inputs[1]?.Entries).toEqual([{ Id: "0", MessageBody: '{"n":10}' }]);
  });

  it("fail with the reason when a single one is asked for", async () => {
    const { client } = sqs(accessDenied("AccessDenied"));
    const sending = new SqsSnapshotQueue(client, "https://queue").send({
      aggregate: "c",
      aggregateId: "a",
      version: 1,
    });
    await expect(sending).rejects.toMatchObject({ code: "NEXUS_ACCESS_DENIED", cause: expect.any(Error) });
  });
});
