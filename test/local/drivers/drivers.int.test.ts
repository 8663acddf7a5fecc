import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, openCloud } from "../../../local/cloud.ts";
import { type DataFolder, openDataFolder } from "../../../local/data-folder.ts";
import type { Resource, SavedResource } from "../../../local/drivers/driver.ts";
import { driverOf, isSimulated } from "../../../local/drivers/index.ts";
import type { Properties } from "../../../local/engine/values.ts";

const ARN = "arn:aws:[a-z0-9]+:eu-west-1:000000000000:";

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
};

let parent: string;
let folder: DataFolder;
let cloud: LocalCloud;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "nexus-drivers-"));
  writeFileSync(join(parent, "index.mjs"), "export const handler = async () => 'ok';\n");
  folder = openDataFolder(join(parent, "data"));
  cloud = await openCloud({ folder, region: "eu-west-1", port: 0, readModel: "sqlite", workingDirectory: parent });
});
afterAll(async () => {
  await cloud.close();
  folder.release();
  rmSync(parent, { recursive: true });
});

let made = 0;
const resourceOf = (type: string, inputs: Properties): Resource => {
  made += 1;
  const name = `r${made}`;
  return { urn: `urn:${name}`, type, name, inputs, autoName: `${name}-0a1b2c3`, defaultTags: { Team: "shop" } };
};

/** Creates a resource as the engine would, and keeps what the engine would keep. */
const create = async (type: string, inputs: Properties): Promise<SavedResource & { resource: Resource }> => {
  const resource = resourceOf(type, inputs);
  const { id = "", outputs } = await driverOf(type).create(cloud, resource);
  return { id, inputs, outputs: { ...inputs, ...outputs }, resource };
};

const update = async ({ resource, ...saved }: SavedResource & { resource: Resource }, inputs: Properties) =>
  driverOf(resource.type).update?.(cloud, { ...resource, inputs }, saved);

const tableInputs = {
  hashKey: "id",
  attributes: [{ name: "id", type: "S" }],
  billingMode: "PAY_PER_REQUEST",
  streamEnabled: true,
  streamViewType: "NEW_IMAGE",
};

const describeTable = async (TableName: string) =>
  (await cloud.dynamodb.call("DescribeTable", { TableName }))["Table"] as Record<string, never>;

describe("the outputs of a resource", () => {
  it.each<[string, Properties, Record<string, RegExp>]>([
    ["aws:dynamodb/table:Table", tableInputs, { name: /^r\d+-0a1b2c3$/, streamArn: /:table\/r.*\/stream\/\d{4}-/ }],
    ["aws:kinesis/stream:Stream", { shardCount: 2 }, { arn: new RegExp(`^${ARN}stream/r\\d+-0a1b2c3$`) }],
    ["aws:sqs/queue:Queue", {}, { url: /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/0{12}\/r\d+-0a1b2c3$/ }],
    ["aws:sns/topic:Topic", {}, { arn: new RegExp(`^${ARN}r\\d+-0a1b2c3$`) }],
    [
      "aws:iam/role:Role",
      { assumeRolePolicy: TRUST },
      { arn: /^arn:aws:iam::0{12}:role\/r/, uniqueId: /^AROA\w{17}$/ },
    ],
    ["aws:s3/bucket:Bucket", {}, { arn: /^arn:aws:s3:::r\d+-0a1b2c3$/ }],
    ["aws:apigatewayv2/api:Api", { protocolType: "HTTP" }, { executionArn: /:execute-api:eu-west-1:0{12}:\w{10}$/ }],
    ["aws:opensearch/domain:Domain", {}, { endpoint: /^search-r\d+-0a1b2c3-\w{10}\.eu-west-1\.es\.amazonaws\.com$/ }],
    ["aws:kms/key:Key", {}, { keyId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ }],
    ["aws:ec2/securityGroup:SecurityGroup", {}, { arn: /security-group\/sg-0[0-9a-f]{16}$/ }],
    ["aws:ssm/parameter:Parameter", {}, { arn: new RegExp(`^${ARN}parameter/r\\d+-0a1b2c3$`) }],
    ["aws:glue/registry:Registry", { registryName: "shop" }, { arn: new RegExp(`^${ARN}registry/shop$`) }],
  ])("of type %s are those of the AWS provider", async (type, inputs, expected) => {
    const { id, outputs } = await create(type, inputs);
    expect(id).not.toBe("");
    for (const [key, pattern] of Object.entries(expected)) expect(outputs[key]).toMatch(pattern);
    expect(outputs["tagsAll"]).toMatchObject({ Team: "shop" });
  });

  it("of the component awsx.ec2.Vpc are its ids", async () => {
    const { outputs } = await create("awsx:ec2:Vpc", {});
    expect(outputs["vpcId"]).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(new Set(outputs["privateSubnetIds"] as string[]).size).toBe(3);
  });
});

describe("a driver", () => {
  it("makes what a killed run has made already without complaint", async () => {
    const resource = resourceOf("aws:dynamodb/table:Table", tableInputs);
    const driver = driverOf(resource.type);
    const first = await driver.create(cloud, resource);
    expect(await driver.create(cloud, resource)).toEqual(first);
  });

  it("deletes what is gone already without complaint", async () => {
    for (const type of [
      "aws:dynamodb/table:Table",
      "aws:sqs/queue:Queue",
      "aws:sns/topic:Topic",
      "aws:kinesis/stream:Stream",
    ]) {
      const saved = await create(type, type.includes("dynamodb") ? tableInputs : {});
      await driverOf(type).delete(cloud, saved);
      await expect(driverOf(type).delete(cloud, saved)).resolves.toBeUndefined();
    }
  });

  it("changes a table's indexes, stream, billing and protection in place", async () => {
    const table = await create("aws:dynamodb/table:Table", { ...tableInputs, streamEnabled: false });
    await update(table, {
      ...tableInputs,
      billingMode: "PROVISIONED",
      readCapacity: 3,
      writeCapacity: 4,
      attributes: [...tableInputs.attributes, { name: "day", type: "S" }],
      globalSecondaryIndexes: [
        { name: "ByDay", hashKey: "day", projectionType: "KEYS_ONLY", readCapacity: 1, writeCapacity: 1 },
      ],
      deletionProtectionEnabled: true,
    });
    expect(await describeTable(table.id)).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: "ByDay" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
      DeletionProtectionEnabled: true,
    });
  });

  it("lets a function be called by the role's policy and the function's permissions", async () => {
    const role = await create("aws:iam/role:Role", { assumeRolePolicy: TRUST });
    const roleArn = String(role.outputs["arn"]);
    await create("aws:iam/rolePolicy:RolePolicy", {
      role: role.id,
      policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }] },
    });
    const fn = await create("aws:lambda/function:Function", {
      role: roleArn,
      handler: "index.handler",
      runtime: "nodejs24.x",
      code: { archive: { assets: { "index.mjs": { asset: { path: join(parent, "index.mjs") } } } } },
    });
    expect(await cloud.lambda.invoke(fn.id, {})).toMatchObject({ payload: "ok" });
    const send = { action: "sqs:SendMessage", resource: "arn:aws:sqs:eu-west-1:000000000000:q" };
    expect(cloud.iam.evaluate(roleArn, send).allowed).toBe(true);
    const call = { action: "lambda:InvokeFunction", resource: String(fn.outputs["arn"]) };
    expect(cloud.iam.evaluateService("apigateway.amazonaws.com", call).allowed).toBe(false);
    const permit = { action: "lambda:InvokeFunction", function: fn.id, principal: "apigateway.amazonaws.com" };
    const permission = await create("aws:lambda/permission:Permission", permit);
    expect(cloud.iam.evaluateService("apigateway.amazonaws.com", call).allowed).toBe(true);
    await driverOf("aws:lambda/permission:Permission").delete(cloud, permission);
    expect(cloud.iam.evaluateService("apigateway.amazonaws.com", call).allowed).toBe(false);
  });

  it("registers a version more when a schema changes", async () => {
    const inputs = {
      schemaName: "Placed",
      dataFormat: "JSON",
      compatibility: "NONE",
      schemaDefinition: '{"type":"object"}',
    };
    const schema = await create("aws:glue/schema:Schema", inputs);
    const outputs = await update(schema, { ...inputs, schemaDefinition: '{"type":"object","title":"Placed"}' });
    expect([schema.outputs["latestSchemaVersion"], outputs?.["latestSchemaVersion"]]).toEqual([1, 2]);
  });

  it("refuses what it does not simulate by name", async () => {
    await expect(create("aws:sns/topicSubscription:TopicSubscription", { protocol: "email" })).rejects.toThrow(
      /"email"/,
    );
    await expect(create("aws:cloudwatch/metricAlarm:MetricAlarm", { metricQueries: [{}] })).rejects.toThrow(
      /metricQueries/,
    );
    await expect(create("aws:lambda/function:Function", { imageUri: "x" })).rejects.toThrow(/code must be an archive/);
  });

  it("refuses an input of the wrong type by its key", async () => {
    await expect(create("aws:kinesis/stream:Stream", { shardCount: "two" })).rejects.toThrow(
      'shardCount must be a whole number, not "two"',
    );
  });
});

describe("what counts as simulated", () => {
  it("is what does something, and no type that is only recorded", () => {
    expect(["aws:dynamodb/table:Table", "aws:lambda/function:Function"].every(isSimulated)).toBe(true);
    expect(["aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup", "aws:wafv2/webAcl:WebAcl"].some(isSimulated)).toBe(
      false,
    );
  });
});
