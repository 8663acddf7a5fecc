import { decodeJson } from "./decode-json.ts";
import { listOf, member, textOf } from "./wire.ts";

/** A message of a queue, ready to be handed to a function. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** The record as Lambda delivers it, as JSON. */
  readonly json: string;
  readonly filterView: () => unknown;
}

/** A message as `ReceiveMessage` gives it, in Lambda's form. */
export const toQueueMessage = (message: unknown, eventSourceARN: string, awsRegion: string): QueueMessage => {
  const body = textOf(message, "Body") ?? "";
  const messageId = textOf(message, "MessageId") ?? "";
  const receiptHandle = textOf(message, "ReceiptHandle") ?? "";
  const attributesDigest = textOf(message, "MD5OfMessageAttributes");
  const record = {
    messageId,
    receiptHandle,
    body,
    attributes: member(message, "Attributes") ?? {},
    messageAttributes: attributesOf(member(message, "MessageAttributes")),
    md5OfBody: textOf(message, "MD5OfBody"),
    ...(attributesDigest === undefined ? {} : { md5OfMessageAttributes: attributesDigest }),
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion,
  };
  return {
    messageId,
    receiptHandle,
    json: JSON.stringify(record),
    filterView: () => ({ ...record, body: decodeJson(body) }),
  };
};

/** Lambda writes the members of an attribute in small letters, and lists that are always empty. */
const attributesOf = (attributes: unknown): Record<string, unknown> => {
  if (typeof attributes !== "object" || attributes === null) return {};
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]: [string, unknown]) => [
      name,
      {
        ...(textOf(attribute, "StringValue") === undefined ? {} : { stringValue: textOf(attribute, "StringValue") }),
        ...(textOf(attribute, "BinaryValue") === undefined ? {} : { binaryValue: textOf(attribute, "BinaryValue") }),
        stringListValues: listOf(attribute, "StringListValues"),
        binaryListValues: listOf(attribute, "BinaryListValues"),
        dataType: textOf(attribute, "DataType"),
      },
    ]),
  );
};
