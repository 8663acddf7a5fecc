import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import type { Driver, Resource } from "./driver.ts";
import { compact, flag, integer, record, records, requiredText, text, texts, tolerating } from "./inputs.ts";
import { tagList, tagsOf } from "./tags.ts";

const keySchema = (keys: Properties) => [
  { AttributeName: requiredText(keys, "hashKey"), KeyType: "HASH" },
  ...(text(keys, "rangeKey") === undefined ? [] : [{ AttributeName: text(keys, "rangeKey"), KeyType: "RANGE" }]),
];

const isOnDemand = (inputs: Properties): boolean => text(inputs, "billingMode") === "PAY_PER_REQUEST";

const throughput = (inputs: Properties) => ({
  ReadCapacityUnits: integer(inputs, "readCapacity") ?? 1,
  WriteCapacityUnits: integer(inputs, "writeCapacity") ?? 1,
});

const globalIndex = (table: Properties, index: Properties) =>
  compact({
    IndexName: requiredText(index, "name"),
    KeySchema: keySchema(index),
    Projection: compact({
      ProjectionType: requiredText(index, "projectionType"),
      NonKeyAttributes: texts(index, "nonKeyAttributes").length > 0 ? texts(index, "nonKeyAttributes") : undefined,
    }),
    ProvisionedThroughput: isOnDemand(table) ? undefined : throughput(index),
  });

const attributeDefinitions = (inputs: Properties) =>
  records(inputs, "attributes").map((attribute) => ({
    AttributeName: requiredText(attribute, "name"),
    AttributeType: requiredText(attribute, "type"),
  }));

const streamSpecification = (inputs: Properties) =>
  flag(inputs, "streamEnabled") === true
    ? { StreamEnabled: true, StreamViewType: requiredText(inputs, "streamViewType") }
    : { StreamEnabled: false };

const createTable = (cloud: Cloud, name: string, { inputs }: Resource): Promise<unknown> => {
  if (records(inputs, "localSecondaryIndexes").length > 0)
    throw new Error("localSecondaryIndexes are not simulated locally; use a global secondary index");
  const indexes = records(inputs, "globalSecondaryIndexes").map((index) => globalIndex(inputs, index));
  return cloud.dynamodb.call(
    "CreateTable",
    compact({
      TableName: name,
      AttributeDefinitions: attributeDefinitions(inputs),
      KeySchema: keySchema(inputs),
      BillingMode: isOnDemand(inputs) ? "PAY_PER_REQUEST" : "PROVISIONED",
      ProvisionedThroughput: isOnDemand(inputs) ? undefined : throughput(inputs),
      GlobalSecondaryIndexes: indexes.length > 0 ? indexes : undefined,
      StreamSpecification: flag(inputs, "streamEnabled") === true ? streamSpecification(inputs) : undefined,
      DeletionProtectionEnabled: flag(inputs, "deletionProtectionEnabled"),
    }),
  );
};

/** What is set apart from the table itself. Each call is idempotent. */
const configureTable = async (cloud: Cloud, name: string, resource: Resource): Promise<void> => {
  const ttl = record(resource.inputs, "ttl");
  const attribute = text(ttl, "attributeName");
  if (attribute !== undefined && attribute !== "")
    await setTimeToLive(cloud, name, attribute, flag(ttl, "enabled") ?? true);
  const recovery = flag(record(resource.inputs, "pointInTimeRecovery"), "enabled");
  if (recovery !== undefined)
    await cloud.dynamodb.call("UpdateContinuousBackups", {
      TableName: name,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: recovery },
    });
  const Tags = tagList(resource);
  if (Tags.length > 0) {
    const { arn } = await describeTable(cloud, name);
    await cloud.dynamodb.call("TagResource", { ResourceArn: arn, Tags });
  }
};

/** AWS refuses to set what is set already. */
const setTimeToLive = async (cloud: Cloud, name: string, attribute: string, enabled: boolean): Promise<void> => {
  const { TimeToLiveDescription } = await cloud.dynamodb.call("DescribeTimeToLive", { TableName: name });
  const status = (TimeToLiveDescription as Record<string, unknown> | undefined)?.["TimeToLiveStatus"];
  if ((status === "ENABLED") === enabled) return;
  await cloud.dynamodb.call("UpdateTimeToLive", {
    TableName: name,
    TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled },
  });
};

const describeTable = async (cloud: Cloud, name: string): Promise<Properties> => {
  const { Table } = await cloud.dynamodb.call("DescribeTable", { TableName: name });
  const table = Table as Record<string, unknown>;
  return compact({
    name,
    arn: table["TableArn"],
    streamArn: table["LatestStreamArn"] ?? "",
    streamLabel: table["LatestStreamLabel"] ?? "",
  });
};

const outputsOf = async (cloud: Cloud, name: string, resource: Resource): Promise<Properties> => ({
  ...(await describeTable(cloud, name)),
  billingMode: isOnDemand(resource.inputs) ? "PAY_PER_REQUEST" : "PROVISIONED",
  tagsAll: tagsOf(resource),
});

/** One index a call, as AWS asks. */
const updateIndexes = async (cloud: Cloud, name: string, was: Properties, is: Properties): Promise<void> => {
  const shape = (index: Properties) => JSON.stringify([keySchema(index), index["projectionType"]]);
  const before = new Map(records(was, "globalSecondaryIndexes").map((index) => [requiredText(index, "name"), index]));
  const after = new Map(records(is, "globalSecondaryIndexes").map((index) => [requiredText(index, "name"), index]));
  for (const [IndexName, index] of before) {
    const now = after.get(IndexName);
    if (now !== undefined && shape(now) === shape(index)) continue;
    before.delete(IndexName);
    await cloud.dynamodb.call("UpdateTable", {
      TableName: name,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }],
    });
  }
  for (const [IndexName, index] of after)
    if (!before.has(IndexName))
      await cloud.dynamodb.call("UpdateTable", {
        TableName: name,
        AttributeDefinitions: attributeDefinitions(is),
        GlobalSecondaryIndexUpdates: [{ Create: globalIndex(is, index) }],
      });
};

export const table: Driver = {
  replaceOnChangeOf: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
  create: async (cloud, resource) => {
    const name = text(resource.inputs, "name") ?? resource.autoName;
    await tolerating(["ResourceInUseException"], () => createTable(cloud, name, resource));
    await configureTable(cloud, name, resource);
    return { id: name, outputs: await outputsOf(cloud, name, resource) };
  },
  restore: (cloud, resource, saved) => outputsOf(cloud, saved.id, resource),
  update: async (cloud, resource, saved) => {
    const name = saved.id;
    const onDemand = isOnDemand(resource.inputs);
    if (onDemand !== isOnDemand(saved.inputs))
      await cloud.dynamodb.call(
        "UpdateTable",
        compact({
          TableName: name,
          BillingMode: onDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
          ProvisionedThroughput: onDemand ? undefined : throughput(resource.inputs),
        }),
      );
    const stream = streamSpecification(resource.inputs);
    if (JSON.stringify(stream) !== JSON.stringify(streamSpecification(saved.inputs)))
      await cloud.dynamodb.call("UpdateTable", { TableName: name, StreamSpecification: stream });
    await cloud.dynamodb.call("UpdateTable", {
      TableName: name,
      DeletionProtectionEnabled: flag(resource.inputs, "deletionProtectionEnabled") ?? false,
    });
    await updateIndexes(cloud, name, saved.inputs, resource.inputs);
    await configureTable(cloud, name, resource);
    return outputsOf(cloud, name, resource);
  },
  delete: (cloud, saved) =>
    tolerating(["ResourceNotFoundException"], () => cloud.dynamodb.call("DeleteTable", { TableName: saved.id })),
};
