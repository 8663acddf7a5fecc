import type { AccessTable } from "../call.ts";
import { arn, one } from "./arns.ts";

const TOPIC_ACTIONS: Readonly<Record<string, string>> = {
  DeleteTopic: "DeleteTopic",
  GetTopicAttributes: "GetTopicAttributes",
  ListSubscriptionsByTopic: "ListSubscriptionsByTopic",
  Publish: "Publish",
  PublishBatch: "Publish",
  SetTopicAttributes: "SetTopicAttributes",
};

const SUBSCRIPTION_ACTIONS = new Set(["GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"]);

export const snsAccess: AccessTable = ({ action, input }, { region }) => {
  const ofTopic = TOPIC_ACTIONS[action];
  if (ofTopic !== undefined) return one(`sns:${ofTopic}`, String(input["TopicArn"]));
  // `arn:aws:sns:region:account:topic:subscription-id`: the permission is that of the topic.
  if (SUBSCRIPTION_ACTIONS.has(action))
    return one(`sns:${action}`, String(input["SubscriptionArn"]).split(":").slice(0, 6).join(":"));
  switch (action) {
    case "Subscribe":
      return one("sns:Subscribe", String(input["TopicArn"]), {
        "sns:Protocol": String(input["Protocol"]),
        "sns:Endpoint": String(input["Endpoint"]),
      });
    case "CreateTopic":
      return one("sns:CreateTopic", arn("sns", region, String(input["Name"])));
    case "ListTopics":
    case "ListSubscriptions":
      return one(`sns:${action}`, "*");
    case "TagResource":
    case "UntagResource":
    case "ListTagsForResource":
      return one(`sns:${action}`, String(input["ResourceArn"]));
    default:
      return undefined;
  }
};
