import type { CloudWatch } from "./services/cloudwatch/index.ts";
import type { MessagingService } from "./services/contract.ts";

/** SQS publishes its metrics once a minute; alarms here should not make people wait as long. */
const INTERVAL_MS = 15_000;

/**
 * Publishes what SQS publishes about its queues: how many messages wait. Alarms on dead-letter queues look at it. Gives
 * back how to stop.
 */
export const publishQueueDepths = (messaging: MessagingService, metrics: Pick<CloudWatch, "putMetric">) => {
  const publish = async (): Promise<void> => {
    const { QueueUrls = [] } = (await messaging.call("sqs", "ListQueues", {})) as { QueueUrls?: string[] };
    for (const QueueUrl of QueueUrls) {
      const { Attributes } = (await messaging.call("sqs", "GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["ApproximateNumberOfMessages"],
      })) as { Attributes: { ApproximateNumberOfMessages: string } };
      metrics.putMetric({
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        value: Number(Attributes.ApproximateNumberOfMessages),
        unit: "Count",
        dimensions: { QueueName: QueueUrl.split("/").at(-1) ?? "" },
      });
    }
  };
  // A queue that is deleted between the two calls is gone from the next round.
  const timer = setInterval(() => void publish().catch(() => {}), INTERVAL_MS).unref();
  return { close: () => clearInterval(timer) };
};
