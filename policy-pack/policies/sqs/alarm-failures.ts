import { deadLetterQueues } from "../../dead-letters.ts";
import { stackPolicy } from "../../define.ts";
import { indexOf } from "../../graph/resources.ts";
import { ALARM, QUEUE } from "../../types.ts";

export const alarmFailures = stackPolicy({
  name: "nexus-sqs-queue-alarm-failures",
  description: "Somebody is told when a message lands in a dead-letter queue.",
  severity: "high",
  remediationSteps:
    "Add an alarm on ApproximateNumberOfMessagesVisible of the queue (namespace AWS/SQS, dimension QueueName); DeadLetterQueue does.",
  source:
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    const watched = new Set(
      index
        .ofType(ALARM)
        .filter(({ props }) => props["namespace"] === "AWS/SQS" && props["actionsEnabled"] !== false)
        .filter(({ props }) => props["metricName"] === "ApproximateNumberOfMessagesVisible")
        .flatMap((alarm) => index.sources(alarm, "dimensions", QUEUE)),
    );
    for (const queue of deadLetterQueues(index))
      if (!watched.has(queue)) report(`No alarm tells that ${queue.name} holds failures. Add one.`, queue.urn);
  },
});
