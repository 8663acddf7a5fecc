import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import { arnOf } from "./cloud.ts";
import { putDriver, type Resource } from "./driver.ts";
import { asText, documentText, flag, requiredText, text, tolerating } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

const topicName = ({ inputs, autoName }: Resource): string =>
  text(inputs, "name") ?? (flag(inputs, "fifoTopic") === true ? `${autoName}.fifo` : autoName);

/** Only what is set: an absent attribute keeps its default. */
const attributesOf = (inputs: Properties, names: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(names).flatMap(([property, attribute]): [string, string][] =>
    inputs[property] === undefined || inputs[property] === null ? [] : [[attribute, asText(inputs[property])]],
  );

const TOPIC_ATTRIBUTES = {
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  deliveryPolicy: "DeliveryPolicy",
  contentBasedDeduplication: "ContentBasedDeduplication",
};

export const topic = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "fifoTopic"],
  put: async (cloud, resource, saved) => {
    const name = saved === undefined ? topicName(resource) : requiredText(saved.outputs, "name");
    const arn = arnOf(cloud, "sns", name);
    const fifo = flag(resource.inputs, "fifoTopic") === true ? { Attributes: { FifoTopic: "true" } } : {};
    if (saved === undefined) await cloud.messaging.call("sns", "CreateTopic", { Name: name, ...fifo });
    for (const [AttributeName, AttributeValue] of attributesOf(resource.inputs, TOPIC_ATTRIBUTES))
      await cloud.messaging.call("sns", "SetTopicAttributes", { TopicArn: arn, AttributeName, AttributeValue });
    return { id: arn, outputs: { name, arn, owner: cloud.accountId, tagsAll: tagsOf(resource) } };
  },
  delete: (cloud, saved) =>
    tolerating(["NotFound", "NotFoundException"], () =>
      cloud.messaging.call("sns", "DeleteTopic", { TopicArn: saved.id }),
    ),
});

export const topicPolicy = putDriver({
  replaceOnChangeOf: ["arn"],
  put: async (cloud, { inputs }) => {
    const arn = requiredText(inputs, "arn");
    const policy = documentText(inputs, "policy");
    await cloud.messaging.call("sns", "SetTopicAttributes", {
      TopicArn: arn,
      AttributeName: "Policy",
      AttributeValue: policy,
    });
    cloud.iam.putResourcePolicy(arn, policy);
    return { id: arn, outputs: { owner: cloud.accountId } };
  },
  delete: (cloud, saved) => cloud.iam.putResourcePolicy(saved.id, undefined),
});

const SUBSCRIPTION_ATTRIBUTES = {
  rawMessageDelivery: "RawMessageDelivery",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  redrivePolicy: "RedrivePolicy",
};

const subscribe = async (cloud: Cloud, { inputs }: Resource): Promise<string> => {
  const protocol = requiredText(inputs, "protocol");
  if (protocol !== "sqs")
    throw new Error(`the protocol ${JSON.stringify(protocol)} is not simulated locally; only sqs is`);
  const { SubscriptionArn } = await cloud.messaging.call("sns", "Subscribe", {
    TopicArn: requiredText(inputs, "topic"),
    Protocol: protocol,
    Endpoint: requiredText(inputs, "endpoint"),
    ReturnSubscriptionArn: true,
    Attributes: Object.fromEntries(attributesOf(inputs, SUBSCRIPTION_ATTRIBUTES)),
  });
  return String(SubscriptionArn);
};

export const topicSubscription = putDriver({
  replaceOnChangeOf: ["topic", "protocol", "endpoint"],
  put: async (cloud, resource, saved) => {
    const arn = saved === undefined ? await subscribe(cloud, resource) : saved.id;
    if (saved !== undefined)
      for (const [AttributeName, AttributeValue] of attributesOf(resource.inputs, SUBSCRIPTION_ATTRIBUTES))
        await cloud.messaging.call("sns", "SetSubscriptionAttributes", {
          SubscriptionArn: arn,
          AttributeName,
          AttributeValue,
        });
    return { id: arn, outputs: { arn, ownerId: cloud.accountId, pendingConfirmation: false } };
  },
  delete: (cloud, saved) =>
    tolerating(["NotFound", "NotFoundException"], () =>
      cloud.messaging.call("sns", "Unsubscribe", { SubscriptionArn: saved.id }),
    ),
});
