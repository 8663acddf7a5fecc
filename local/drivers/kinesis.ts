import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import type { Driver, Resource } from "./driver.ts";
import { compact, integer, record, requiredText, text, tolerating } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

const DEFAULT_RETENTION_HOURS = 24;

const isOnDemand = (inputs: Properties): boolean =>
  text(record(inputs, "streamModeDetails"), "streamMode") === "ON_DEMAND";

const summary = async (cloud: Cloud, name: string): Promise<Properties> => {
  const { StreamDescriptionSummary } = await cloud.kinesis.call("DescribeStreamSummary", { StreamName: name });
  return StreamDescriptionSummary as Properties;
};

/** Retention and encryption, brought to what is wanted from what is. */
const configureStream = async (cloud: Cloud, name: string, { inputs }: Resource): Promise<void> => {
  const is = await summary(cloud, name);
  const wanted = integer(inputs, "retentionPeriod") ?? DEFAULT_RETENTION_HOURS;
  const current = Number(is["RetentionPeriodHours"]);
  if (wanted !== current)
    await cloud.kinesis.call(`${wanted > current ? "In" : "De"}creaseStreamRetentionPeriod`, {
      StreamName: name,
      RetentionPeriodHours: wanted,
    });
  const encryption = text(inputs, "encryptionType") ?? "NONE";
  if (encryption === (is["EncryptionType"] ?? "NONE")) return;
  const KeyId = text(inputs, "kmsKeyId") ?? "alias/aws/kinesis";
  await cloud.kinesis.call(encryption === "KMS" ? "StartStreamEncryption" : "StopStreamEncryption", {
    StreamName: name,
    EncryptionType: "KMS",
    KeyId,
  });
};

const outputsOf = async (cloud: Cloud, name: string, resource: Resource): Promise<Properties> => ({
  name,
  arn: (await summary(cloud, name))["StreamARN"],
  retentionPeriod: integer(resource.inputs, "retentionPeriod") ?? DEFAULT_RETENTION_HOURS,
  tagsAll: tagsOf(resource),
});

export const stream: Driver = {
  replaceOnChangeOf: ["name"],
  create: async (cloud, resource) => {
    const { inputs } = resource;
    const name = text(inputs, "name") ?? resource.autoName;
    const tags = tagsOf(resource);
    await tolerating(["ResourceInUseException"], () =>
      cloud.kinesis.call(
        "CreateStream",
        compact({
          StreamName: name,
          ShardCount: isOnDemand(inputs) ? undefined : (integer(inputs, "shardCount") ?? 1),
          StreamModeDetails: isOnDemand(inputs) ? { StreamMode: "ON_DEMAND" } : undefined,
          Tags: Object.keys(tags).length > 0 ? tags : undefined,
        }),
      ),
    );
    await configureStream(cloud, name, resource);
    const outputs = await outputsOf(cloud, name, resource);
    return { id: String(outputs["arn"]), outputs };
  },
  restore: (cloud, resource, saved) => outputsOf(cloud, requiredText(saved.outputs, "name"), resource),
  update: async (cloud, resource, saved) => {
    const name = requiredText(saved.outputs, "name");
    const shards = integer(resource.inputs, "shardCount");
    if (shards !== undefined && shards !== integer(saved.inputs, "shardCount"))
      await cloud.kinesis.call("UpdateShardCount", {
        StreamName: name,
        TargetShardCount: shards,
        ScalingType: "UNIFORM_SCALING",
      });
    await configureStream(cloud, name, resource);
    return outputsOf(cloud, name, resource);
  },
  delete: (cloud, saved) =>
    tolerating(["ResourceNotFoundException"], () =>
      cloud.kinesis.call("DeleteStream", { StreamARN: saved.id, EnforceConsumerDeletion: true }),
    ),
};

const consumerOutputs = async (cloud: Cloud, StreamARN: string, ConsumerName: string): Promise<Properties> => {
  const { ConsumerDescription } = await cloud.kinesis.call("DescribeStreamConsumer", { StreamARN, ConsumerName });
  const consumer = ConsumerDescription as Properties;
  const created = Number(consumer["ConsumerCreationTimestamp"]) * 1000;
  return {
    arn: consumer["ConsumerARN"],
    creationTimestamp: Number.isNaN(created) ? "" : new Date(created).toISOString(),
  };
};

export const streamConsumer: Driver = {
  replaceOnChangeOf: ["name", "streamArn"],
  create: async (cloud, resource) => {
    const name = text(resource.inputs, "name") ?? resource.autoName;
    const streamArn = requiredText(resource.inputs, "streamArn");
    await tolerating(["ResourceInUseException"], () =>
      cloud.kinesis.call("RegisterStreamConsumer", { StreamARN: streamArn, ConsumerName: name }),
    );
    const outputs = { name, ...(await consumerOutputs(cloud, streamArn, name)) };
    return { id: String(outputs["arn" as keyof typeof outputs]), outputs };
  },
  restore: async (cloud, resource, saved) => {
    const name = requiredText(saved.outputs, "name");
    return { name, ...(await consumerOutputs(cloud, requiredText(resource.inputs, "streamArn"), name)) };
  },
  delete: (cloud, saved) =>
    tolerating(["ResourceNotFoundException"], () =>
      cloud.kinesis.call("DeregisterStreamConsumer", { ConsumerARN: saved.id }),
    ),
};
