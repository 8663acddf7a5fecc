import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type NexusError, nexusError } from "../../kernel/errors.ts";
import { inBatches } from "../aws/batches.ts";
import { translateAwsError } from "../aws/errors.ts";

/** Of SendMessageBatch, with room: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const CALL_LIMITS = { count: 10, bytes: 250_000 };

/** Sends each message as JSON and tells what became of each, in the same order. */
export const sendAll = async (
  client: SQSClient,
  queueUrl: string,
  messages: readonly object[],
): Promise<(NexusError | undefined)[]> => {
  const bodies = messages.map((message) => JSON.stringify(message));
  const batches = inBatches(bodies, CALL_LIMITS, (body) => Buffer.byteLength(body));
  return (await Promise.all(batches.map((batch) => sendBatch(client, queueUrl, batch)))).flat();
};

const sendBatch = async (client: SQSClient, queueUrl: string, bodies: readonly string[]) => {
  try {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: bodies.map((body, index) => ({ Id: String(index), MessageBody: body })),
      }),
    );
    const failures = new Map(Failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message}`]));
    return bodies.map((_, index) => {
      const reason = failures.get(String(index));
      return reason === undefined ? undefined : nexusError("NEXUS_BUS_UNAVAILABLE", `SQS refused a message: ${reason}`);
    });
  } catch (error) {
    const failure = translateAwsError(error, "NEXUS_BUS_UNAVAILABLE", "send to SQS");
    return bodies.map(() => failure);
  }
};
