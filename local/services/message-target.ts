import type { MessagingService } from "./contract.ts";

const ARN = /^arn:[^:]+:(sqs|sns):([^:]+):([^:]+):(.+)$/;

/** Whether an ARN names a target that {@link sendToTarget} can reach. */
export const isMessageTarget = (arn: string): boolean => ARN.test(arn);

/** AWS's form of a queue's URL, from its ARN. */
export const queueUrlOf = (queueArn: string): string => {
  const [, , region, account, name] = ARN.exec(queueArn) ?? [];
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};

/** Sends a text to the queue or topic behind an ARN, with string attributes. */
export const sendToTarget = async (
  messaging: Pick<MessagingService, "call">,
  targetArn: string,
  body: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const entries = Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]);
  const MessageAttributes = Object.fromEntries(entries) as Record<string, unknown>;
  if (ARN.exec(targetArn)?.[1] === "sns") {
    await messaging.call("sns", "Publish", { TopicArn: targetArn, Message: body, MessageAttributes });
  } else {
    const QueueUrl = queueUrlOf(targetArn);
    await messaging.call("sqs", "SendMessage", { QueueUrl, MessageBody: body, MessageAttributes });
  }
};
