import type { QueueArgs } from "@pulumi/aws/sqs/queue.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { known, ofType } from "../../validation.ts";

export const encryptQueue = resourcePolicy({
  name: "nexus-sqs-queue-encrypt-messages",
  description: "Queues are encrypted at rest.",
  severity: "high",
  framework: fsbp("SQS.1", "Queues are encrypted at rest"),
  tags: ["CKV_AWS_27"],
  remediationSteps: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId to a key; WorkQueue does.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  validateResource: ofType<QueueArgs>("aws:sqs/queue:Queue", (queue, report) => {
    if (queue.sqsManagedSseEnabled !== true && known(() => queue.kmsMasterKeyId) === undefined)
      report("The queue is not encrypted. Set sqsManagedSseEnabled to true, or kmsMasterKeyId to a key.");
  }),
});
