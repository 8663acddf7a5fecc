import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../components/config.ts";

const read = (values: Record<string, unknown>) => {
  pulumi.runtime.setMockOptions({}, "nexus-blueprint", "dev", false, "test");
  const entries = Object.entries(values).map(([key, value]) => [
    `nexus-blueprint:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig({ "aws:region": "eu-west-1", ...Object.fromEntries(entries) });
  return readConfig();
};

test("what is not set is what production wants", () => {
  expect(read({})).toEqual({
    eventsTable: {
      capacity: {
        mode: "provisioned",
        read: { minimum: 5, maximum: 1000 },
        write: { minimum: 5, maximum: 1000 },
        targetUtilizationPercent: 70,
      },
      deletionProtection: true,
    },
    network: { vpc: "create", cidrBlock: "10.0.0.0/16", availabilityZones: 3 },
    readModel: { instanceType: "r7g.large.search", instanceCount: 3, volumeGigabytes: 100 },
    coreStream: { shards: 2 },
    parallelization: { router: 2, projections: 2 },
    propagation: "direct",
    customerManagedKey: true,
    protect: true,
    sourceMaps: true,
    logRetentionDays: 365,
    logLevel: "INFO",
    reservedConcurrency: {},
    throttle: { ratePerSecond: 2000, burst: 4000 },
    alarmTopicArn: undefined,
    accountLogRole: "existing",
  });
});

test("values are taken as text and as what they are", () => {
  expect(read({ protect: "false", logRetentionDays: "30" })).toMatchObject({ protect: false, logRetentionDays: 30 });
  expect(read({ coreStream: { shards: 4 }, throttle: { burst: "10" } })).toMatchObject({
    coreStream: { shards: 4 },
    throttle: { ratePerSecond: 2000, burst: 10 },
  });
});

test("an existing VPC is used by its ids", () => {
  const network = { vpc: "existing", vpcId: "vpc-1", privateSubnetIds: ["subnet-1", "subnet-2"] };
  expect(read({ network }).network).toEqual(network);
  expect(read({ network: { vpc: "none" } }).network).toBeUndefined();
});

describe("a wrong value is refused by its key, with what it must be and what to do", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "an unknown key",
      { eventTable: {} },
      "nexus-blueprint:eventTable is not a key of this program. Known are: eventsTable,",
    ],
    [
      "an unknown inner key",
      { eventsTable: { bilingMode: "x" } },
      "nexus-blueprint:eventsTable.bilingMode is not a key",
    ],
    [
      "a word for a number",
      { coreStream: { shards: "many" } },
      'nexus-blueprint:coreStream.shards must be an integer from 1 to 500, but is "many"',
    ],
    [
      "a number out of range",
      { parallelization: { router: 11 } },
      "nexus-blueprint:parallelization.router must be an integer from 1 to 10, but is 11",
    ],
    [
      "a fraction",
      { readModel: { instanceCount: 1.5 } },
      "nexus-blueprint:readModel.instanceCount must be an integer from 1 to 80, but is 1.5",
    ],
    [
      "an unknown choice",
      { propagation: "both" },
      'nexus-blueprint:propagation must be one of stream, direct, but is "both"',
    ],
    ["no boolean", { protect: "yes" }, 'nexus-blueprint:protect must be true or false, but is "yes"'],
    [
      "text for an object",
      { eventsTable: "big" },
      'nexus-blueprint:eventsTable must be an object of billing, readCapacity, writeCapacity, targetUtilizationPercent, deletionProtection, but is "big"',
    ],
    [
      "a number for a range",
      { eventsTable: { readCapacity: 5 } },
      "nexus-blueprint:eventsTable.readCapacity must be an object of minimum, maximum, but is 5",
    ],
    [
      "a range upside down",
      { eventsTable: { readCapacity: { minimum: 9, maximum: 3 } } },
      "nexus-blueprint:eventsTable.readCapacity must have a minimum up to its maximum of 3, but it is 9",
    ],
    [
      "a retention that CloudWatch does not have",
      { logRetentionDays: 8 },
      "nexus-blueprint:logRetentionDays must be one of CloudWatch's 1, 3, 5, 7,",
    ],
    [
      "an instance type of EC2",
      { readModel: { instanceType: "r7g.large" } },
      "nexus-blueprint:readModel.instanceType must be an OpenSearch instance type",
    ],
    [
      "an existing VPC without its id",
      { network: { vpc: "existing" } },
      "nexus-blueprint:network.vpcId must be set when nexus-blueprint:network.vpc is existing",
    ],
    [
      "an existing VPC without subnets",
      { network: { vpc: "existing", vpcId: "vpc-1" } },
      "nexus-blueprint:network.privateSubnetIds must be set",
    ],
    [
      "one subnet",
      { network: { privateSubnetIds: ["subnet-1"] } },
      "nexus-blueprint:network.privateSubnetIds must be a list of at least two subnet ids",
    ],
    [
      "an ARN of something else",
      { alarmTopicArn: "arn:aws:sqs:eu-west-1:000000000000:q" },
      "nexus-blueprint:alarmTopicArn must be the ARN of an SNS topic",
    ],
  ])("%s", (_, values, message) => {
    expect(() => read(values)).toThrow(message);
  });

  test("the error tells how to set the key", () => {
    expect(() => read({ coreStream: { shards: 0 } })).toThrow(
      "pulumi config set --path nexus-blueprint:coreStream.shards VALUE",
    );
  });

  test("the error is one that Pulumi shows without a stack trace", () => {
    try {
      read({ propagation: "both" });
      expect.unreachable();
    } catch (error) {
      expect(pulumi.RunError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: "NEXUS_CONFIGURATION_INVALID", family: "configuration" });
    }
  });
});
