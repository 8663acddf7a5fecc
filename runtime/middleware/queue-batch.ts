import type { SQSEvent, SQSRecord } from "aws-lambda";
import { telemetry } from "./telemetry.ts";

const failed = (messageId: string, error: unknown): string => {
  telemetry.error("message failed", error, { messageId });
  return messageId;
};

/** Handles the messages that can be read in one go; the ids of those that cannot, and of those whose outcome is an error. */
export const handleTogether = async <Message>(
  event: SQSEvent,
  decode: (record: SQSRecord) => Message,
  handle: (messages: readonly Message[]) => Promise<readonly (Error | undefined)[]>,
): Promise<string[]> => {
  const failures: string[] = [];
  const readable: { readonly messageId: string; readonly message: Message }[] = [];
  for (const record of event.Records) {
    const { messageId } = record;
    try {
      readable.push({ messageId, message: decode(record) });
    } catch (error) {
      failures.push(failed(messageId, error));
    }
  }
  const outcomes = await handle(readable.map(({ message }) => message));
  for (const [index, { messageId }] of readable.entries())
    if (outcomes[index] !== undefined) failures.push(failed(messageId, outcomes[index]));
  return failures;
};

/** Handles each message by itself, side by side; the ids of those that failed. For messages without an order. */
export const handleEach = async <Message>(
  event: SQSEvent,
  decode: (record: SQSRecord) => Message,
  handle: (message: Message) => Promise<void>,
): Promise<string[]> =>
  handleTogether(event, decode, (messages) =>
    Promise.all(
      messages.map((message) =>
        handle(message).then(
          () => undefined,
          (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
        ),
      ),
    ),
  );
