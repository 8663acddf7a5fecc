import { stackPolicy } from "../../define.ts";
import { indexOf } from "../../graph/resources.ts";
import { MAPPING, QUEUE } from "../../types.ts";
import { known } from "../../validation.ts";

export const redriveFailures = stackPolicy({
  name: "nexus-sqs-queue-redrive-failures",
  description: "A message that keeps failing leaves its queue for a dead-letter queue.",
  severity: "high",
  remediationSteps: "Set redrivePolicy with deadLetterTargetArn and maxReceiveCount; WorkQueue does.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    const read = new Set(index.ofType(MAPPING).flatMap((mapping) => index.sources(mapping, "eventSourceArn", QUEUE)));
    for (const { name, props, urn } of read)
      if (known(() => props["redrivePolicy"]) === undefined)
        report(`A failing message goes round in ${name} until it expires. Set redrivePolicy.`, urn);
  },
});
