// Sends and publishes until it is killed, and prints the number of each message once it is acknowledged.
import { openMessaging } from "../../../../local/services/messaging/index.ts";

const [dataDir = ""] = process.argv.slice(2);
const messaging = await openMessaging({ dataDir, region: "eu-west-1" });
const { QueueUrl } = await messaging.call("sqs", "CreateQueue", { QueueName: "orders" });
const { TopicArn } = await messaging.call("sns", "CreateTopic", { Name: "standard" });
const Endpoint = "arn:aws:sqs:eu-west-1:000000000000:orders";
const Attributes = { RawMessageDelivery: "true" };
await messaging.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint, Attributes });

for (let number = 0; ; number += 2) {
  await messaging.call("sqs", "SendMessage", { QueueUrl, MessageBody: String(number) });
  process.stdout.write(`${number}\n`);
  await messaging.call("sns", "Publish", { TopicArn, Message: String(number + 1) });
  process.stdout.write(`${number + 1}\n`);
}
