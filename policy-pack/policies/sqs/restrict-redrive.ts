import { deadLetterQueues } from "../../dead-letters.ts";
import { stackPolicy } from "../../define.ts";
import { type GraphResource, indexOf } from "../../graph/resources.ts";
import { QUEUE, REDRIVE_ALLOW_POLICY } from "../../types.ts";
import { known } from "../../validation.ts";

export const restrictRedrive = stackPolicy({
  name: "nexus-sqs-queue-restrict-redrive",
  description: "A dead-letter queue takes the failures of the queues it is for, and of no other.",
  severity: "low",
  remediationSteps:
    "Set the queue's redriveAllowPolicy to byQueue with the source's ARN, or to denyAll where only functions send to it; WorkQueue and DeadLetterQueue do.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    const separate = index.ofType(REDRIVE_ALLOW_POLICY);
    for (const queue of deadLetterQueues(index)) {
      const holders = [queue, ...separate.filter((one) => index.sources(one, "queueUrl", QUEUE).includes(queue))];
      const rules = holders.map(ruleOf).filter((rule) => rule !== undefined);
      if (rules.length === 0) report(`Any queue may redrive to ${queue.name}. Set its redriveAllowPolicy.`, queue.urn);
      else if (rules.some((rule) => typeof rule === "string" && rule.includes("allowAll")))
        report(`${queue.name} lets any queue redrive to it. Set redrivePermission to byQueue or denyAll.`, queue.urn);
    }
  },
});

const ruleOf = ({ props }: GraphResource): unknown => known(() => props["redriveAllowPolicy"]);
