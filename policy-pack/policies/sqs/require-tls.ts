import { stackPolicy } from "../../define.ts";
import { indexOf } from "../../graph/resources.ts";
import { isProduction, PRODUCTION_ONLY } from "../../production.ts";
import { refusesPlaintext } from "../../tls.ts";
import { QUEUE } from "../../types.ts";

export const requireQueueTls = stackPolicy({
  name: "nexus-sqs-queue-require-tls",
  description: "In production a queue refuses what does not come over TLS.",
  severity: "high",
  configSchema: PRODUCTION_ONLY,
  remediationSteps: "Add a QueuePolicy that denies sqs:* where aws:SecureTransport is false; WorkQueue does.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  validateStack: (args, report) => {
    const index = indexOf(args.resources);
    for (const queue of index.ofType(QUEUE))
      if (
        isProduction(args, queue.urn) &&
        !refusesPlaintext(index, queue, { type: "aws:sqs/queuePolicy:QueuePolicy", by: "queueUrl" })
      )
        report(`${queue.name} takes messages without TLS. Add a QueuePolicy that denies them.`, queue.urn);
  },
});
