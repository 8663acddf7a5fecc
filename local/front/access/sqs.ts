import type { AccessTable } from "../call.ts";
import { arn, one } from "./arns.ts";

/** Actions on one queue, and the permission where it bears another name. */
const QUEUE_ACTIONS: Readonly<Record<string, string>> = {
  ChangeMessageVisibility: "ChangeMessageVisibility",
  ChangeMessageVisibilityBatch: "ChangeMessageVisibility",
  CreateQueue: "CreateQueue",
  DeleteMessage: "DeleteMessage",
  DeleteMessageBatch: "DeleteMessage",
  DeleteQueue: "DeleteQueue",
  GetQueueAttributes: "GetQueueAttributes",
  GetQueueUrl: "GetQueueUrl",
  ListQueueTags: "ListQueueTags",
  PurgeQueue: "PurgeQueue",
  ReceiveMessage: "ReceiveMessage",
  SendMessage: "SendMessage",
  SendMessageBatch: "SendMessage",
  SetQueueAttributes: "SetQueueAttributes",
  TagQueue: "TagQueue",
  UntagQueue: "UntagQueue",
};

export const sqsAccess: AccessTable = ({ action, input }, { region }) => {
  if (action === "ListQueues") return one("sqs:ListQueues", "*");
  const permission = QUEUE_ACTIONS[action];
  if (permission === undefined) return undefined;
  const { QueueUrl, QueueName } = input;
  const name = String(
    QueueName ??
      String(QueueUrl ?? "")
        .split("/")
        .at(-1),
  );
  return one(`sqs:${permission}`, arn("sqs", region, name));
};
