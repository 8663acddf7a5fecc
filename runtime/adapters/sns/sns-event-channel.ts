import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { toCloudEvent, withoutData } from "../../kernel/cloud-event.ts";
import { type NexusError, nexusError } from "../../kernel/errors.ts";
import type { RecordedEvent } from "../../kernel/event.ts";
import type { EventChannel } from "../../ports/event-channel.ts";
import { inBatches } from "../aws/batches.ts";
import { translateAwsError } from "../aws/errors.ts";

/** Of PublishBatch, 262,144 bytes a call with attributes: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const CALL_LIMITS = { count: 10, bytes: 250_000 };
/** A larger event travels by reference. */
const MESSAGE_LIMIT_BYTES = 240_000;

interface Message {
  readonly body: string;
  readonly bytes: number;
  readonly type: string;
}

/** Standard events to a topic. Uses PublishBatch (`sns:Publish`). */
export class SnsEventChannel implements EventChannel {
  readonly #client: SNSClient;
  readonly #topicArn: string;
  readonly #service: string;

  constructor(client: SNSClient, topicArn: string, service: string) {
    this.#client = client;
    this.#topicArn = topicArn;
    this.#service = service;
  }

  async send(events: readonly RecordedEvent[]): Promise<readonly (NexusError | undefined)[]> {
    const batches = inBatches(
      events.map((event) => this.#encode(event)),
      CALL_LIMITS,
      (message) => message.bytes,
    );
    return (await Promise.all(batches.map((batch) => this.#publish(batch)))).flat();
  }

  #encode(event: RecordedEvent): Message {
    const whole = toCloudEvent(event, this.#service);
    let body = JSON.stringify(whole);
    if (Buffer.byteLength(body) > MESSAGE_LIMIT_BYTES) body = JSON.stringify(withoutData(whole));
    return { body, bytes: Buffer.byteLength(body) + event.type.length, type: event.type };
  }

  async #publish(messages: readonly Message[]): Promise<(NexusError | undefined)[]> {
    try {
      const { Failed = [] } = await this.#client.send(
        new PublishBatchCommand({
          TopicArn: this.#topicArn,
          PublishBatchRequestEntries: messages.map(({ body, type }, index) => ({
            Id: String(index),
            Message: body,
            MessageAttributes: { type: { DataType: "String", StringValue: type } },
          })),
        }),
      );
      const failures = new Map(Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message}`]));
      return messages.map((_, index) => {
        const reason = failures.get(String(index));
        return reason === undefined
          ? undefined
          : nexusError("NEXUS_BUS_UNAVAILABLE", `SNS refused a message: ${reason}`);
      });
    } catch (error) {
      const failure = translateAwsError(error, "NEXUS_BUS_UNAVAILABLE", "publish to SNS");
      return messages.map(() => failure);
    }
  }
}
