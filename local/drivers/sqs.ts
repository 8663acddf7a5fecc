import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import { arnOf } from "./cloud.ts";
import { putDriver, type Resource } from "./driver.ts";
import { asText, documentText, flag, requiredText, text, tolerating } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

/** Provider property -> queue attribute. */
const ATTRIBUTES = {
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  redrivePolicy: "RedrivePolicy",
  redriveAllowPolicy: "RedriveAllowPolicy",
  kmsMasterKeyId: "KmsMasterKeyId",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  contentBasedDeduplication: "ContentBasedDeduplication",
  fifoQueue: "FifoQueue",
  policy: "Policy",
} as const;

const attributesOf = (inputs: Properties): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ATTRIBUTES)
      .filter(([property]) => inputs[property] !== undefined && inputs[property] !== null && inputs[property] !== false)
      .map(([property, attribute]) => [attribute, asText(inputs[property])]),
  );

const queueName = ({ inputs, autoName }: Resource): string =>
  text(inputs, "name") ?? (flag(inputs, "fifoQueue") === true ? `${autoName}.fifo` : autoName);

const urlOf = (cloud: Cloud, name: string): string =>
  `https://sqs.${cloud.region}.amazonaws.com/${cloud.accountId}/${name}`;

const setAttributes = (cloud: Cloud, QueueUrl: string, Attributes: Record<string, string>): Promise<unknown> =>
  cloud.messaging.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes });

const arnOfUrl = (cloud: Cloud, queueUrl: string): string => arnOf(cloud, "sqs", queueUrl.split("/").at(-1) ?? "");

export const queue = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "fifoQueue"],
  put: async (cloud, resource, saved) => {
    const attributes = attributesOf(resource.inputs);
    const name = saved === undefined ? queueName(resource) : requiredText(saved.outputs, "name");
    const url = urlOf(cloud, name);
    // A queue of this name may be there from a run that was killed, or from the last one: bring it to these attributes.
    const made = {
      QueueName: name,
      ...(attributes["FifoQueue"] === undefined ? {} : { Attributes: { FifoQueue: "true" } }),
    };
    if (saved === undefined) await cloud.messaging.call("sqs", "CreateQueue", made);
    const { FifoQueue: _fixed, ...changeable } = attributes;
    if (Object.keys(changeable).length > 0) await setAttributes(cloud, url, changeable);
    return {
      id: url,
      outputs: { name, url, arn: arnOf(cloud, "sqs", name), tagsAll: tagsOf(resource) },
    };
  },
  delete: (cloud, saved) =>
    tolerating(["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"], () =>
      cloud.messaging.call("sqs", "DeleteQueue", { QueueUrl: saved.id }),
    ),
});

export const queuePolicy = putDriver({
  replaceOnChangeOf: ["queueUrl"],
  put: async (cloud, { inputs }) => {
    const url = requiredText(inputs, "queueUrl");
    const policy = documentText(inputs, "policy");
    await setAttributes(cloud, url, { Policy: policy });
    cloud.iam.putResourcePolicy(arnOfUrl(cloud, url), policy);
    return { id: url, outputs: {} };
  },
  delete: async (cloud, saved) => {
    cloud.iam.putResourcePolicy(arnOfUrl(cloud, saved.id), undefined);
    await tolerating(["QueueDoesNotExist"], () => setAttributes(cloud, saved.id, { Policy: "" }));
  },
});

/** An attribute of a queue that has a resource type of its own. */
const queueAttribute = (property: "redrivePolicy" | "redriveAllowPolicy") =>
  putDriver({
    replaceOnChangeOf: ["queueUrl"],
    put: async (cloud, { inputs }) => {
      const url = requiredText(inputs, "queueUrl");
      await setAttributes(cloud, url, { [ATTRIBUTES[property]]: documentText(inputs, property) });
      return { id: url, outputs: {} };
    },
    delete: (cloud, saved) =>
      tolerating(["QueueDoesNotExist"], () => setAttributes(cloud, saved.id, { [ATTRIBUTES[property]]: "" })),
  });

export const redrivePolicy = queueAttribute("redrivePolicy");
export const redriveAllowPolicy = queueAttribute("redriveAllowPolicy");
