import * as pulumi from "@pulumi/pulumi";
import { PROPAGATIONS } from "./command-service.ts";
import {
  flag,
  group,
  integer,
  listOf,
  oneOf,
  type Read,
  type Reader,
  refuseUnknown,
  text,
  withDefault,
} from "./config-reader.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { VpcChoice } from "./network.ts";
import type { DomainSize } from "./read-model.ts";
import { LOG_LEVELS } from "./service-component.ts";
import type { TableCapacity } from "./table-capacity.ts";
import { ACCOUNT_LOG_ROLES } from "./websocket-api.ts";

/** The retentions that CloudWatch Logs has; `0`, which is for ever, is left out. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const retention: Reader<number | undefined> = (value, key) => {
  const days = integer(1, 3653)(value, key);
  if (days !== undefined && !RETENTION_DAYS.includes(days))
    throw new ConfigurationError(`${key} must be one of CloudWatch's ${RETENTION_DAYS.join(", ")}, but is ${days}.`);
  return days;
};

/** Units of a table: DynamoDB's own limit for one table is 40,000. */
const units = group({ minimum: withDefault(integer(1, 40_000), 5), maximum: withDefault(integer(1, 40_000), 1000) });

/** Every key of the program's config, `<project>:<key>`. What is not set is what production wants. */
const SHAPE = {
  /** The log's table. `billing` is `provisioned`, scaled between the capacities, or `onDemand`. */
  eventsTable: group({
    billing: withDefault(oneOf(["provisioned", "onDemand"]), "provisioned"),
    readCapacity: units,
    writeCapacity: units,
    targetUtilizationPercent: withDefault(integer(20, 90), 70),
    /** Whether DynamoDB refuses to delete the table. */
    deletionProtection: withDefault(flag, true),
  }),
  /** The bus for core events: shards of 1 MB or 1,000 events a second each. */
  coreStream: group({ shards: withDefault(integer(1, 500), 2) }),
  /** Batches of one shard that a function works on at once, order kept within an aggregate. */
  parallelization: group({
    router: withDefault(integer(1, 10), 2),
    projections: withDefault(integer(1, 10), 2),
  }),
  /** The OpenSearch domain. */
  readModel: group({
    instanceType: withDefault(
      text("an OpenSearch instance type such as r7g.large.search", /^[a-z0-9-]+\.[a-z0-9]+\.search$/),
      "r7g.large.search",
    ),
    instanceCount: withDefault(integer(1, 80), 3),
    volumeGigabytes: withDefault(integer(10, 16_384), 100),
  }),
  /** Where functions and the domain run: a VPC of their own, an existing one, or none. */
  network: group({
    vpc: withDefault(oneOf(["create", "existing", "none"]), "create"),
    cidrBlock: withDefault(
      text("a CIDR block such as 10.0.0.0/16", /^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2[0-8])$/),
      "10.0.0.0/16",
    ),
    availabilityZones: withDefault(integer(2, 6), 3),
    vpcId: text("the id of a VPC, vpc-...", /^vpc-[0-9a-z]+$/),
    privateSubnetIds: listOf(2, "a list of at least two subnet ids, subnet-...", /^subnet-[0-9a-z]+$/),
  }),
  /** How events reach the bus. */
  propagation: withDefault(oneOf(PROPAGATIONS), "direct"),
  /** A key of the service's own, rotated yearly, instead of those that AWS manages. */
  customerManagedKey: withDefault(flag, true),
  /** Whether Pulumi refuses to delete what holds data. */
  protect: withDefault(flag, true),
  /** Whether source maps are written to node_modules/.cache; they double the time to bundle. */
  sourceMaps: withDefault(flag, true),
  logRetentionDays: withDefault(retention, 365),
  logLevel: withDefault(oneOf(LOG_LEVELS), "INFO"),
  /** Executions kept for a function, which are also its limit. Not set: the account's pool. */
  reservedConcurrency: group({
    commands: integer(1, 10_000),
    queries: integer(1, 10_000),
    projections: integer(1, 10_000),
  }),
  /** Limits of the HTTP API over all callers. */
  throttle: group({
    ratePerSecond: withDefault(integer(1, 100_000), 2000),
    burst: withDefault(integer(1, 100_000), 4000),
  }),
  /** ARN of an SNS topic that is told of alarms. */
  alarmTopicArn: text("the ARN of an SNS topic", /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:.+$/),
  /** The account's role for API Gateway's logs: there already, or to be made by this stack. */
  accountLogRole: withDefault(oneOf(ACCOUNT_LOG_ROLES), "existing"),
};

/** The stack's config in the shapes that the components take. */
export interface ProgramConfig {
  readonly eventsTable: { readonly capacity: TableCapacity; readonly deletionProtection: boolean };
  readonly network: VpcChoice | undefined;
  readonly readModel: DomainSize;
  readonly coreStream: { readonly shards: number };
  readonly parallelization: { readonly router: number; readonly projections: number };
  readonly propagation: Read<typeof SHAPE.propagation>;
  readonly customerManagedKey: boolean;
  readonly protect: boolean;
  readonly sourceMaps: boolean;
  readonly logRetentionDays: number;
  readonly logLevel: Read<typeof SHAPE.logLevel>;
  readonly reservedConcurrency: Read<typeof SHAPE.reservedConcurrency>;
  readonly throttle: Read<typeof SHAPE.throttle>;
  readonly alarmTopicArn: string | undefined;
  readonly accountLogRole: Read<typeof SHAPE.accountLogRole>;
}

/**
 * Reads the stack's config. Throws a {@link ConfigurationError} that names the key, what is wrong and what to do.
 */
export const readConfig = (config: pulumi.Config = new pulumi.Config()): ProgramConfig => {
  const prefix = `${config.name}:`;
  const set = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(prefix));
  refuseUnknown(
    set.map((key) => key.slice(prefix.length)),
    Object.keys(SHAPE),
    config.name,
    ":",
  );
  const read = <T>(name: keyof typeof SHAPE, reader: Reader<T>): T =>
    reader(config.get(name), `${config.name}:${name}`);
  const { billing, readCapacity, writeCapacity, targetUtilizationPercent, deletionProtection } = read(
    "eventsTable",
    SHAPE.eventsTable,
  );
  for (const [name, range] of Object.entries({ readCapacity, writeCapacity }))
    if (range.minimum > range.maximum)
      throw new ConfigurationError(
        `${prefix}eventsTable.${name} must have a minimum up to its maximum of ${range.maximum}, but it is ${range.minimum}.`,
      );
  return {
    eventsTable: {
      capacity:
        billing === "onDemand"
          ? { mode: "onDemand" }
          : { mode: "provisioned", read: readCapacity, write: writeCapacity, targetUtilizationPercent },
      deletionProtection,
    },
    network: vpcChoice(read("network", SHAPE.network), `${prefix}network`),
    readModel: read("readModel", SHAPE.readModel),
    coreStream: read("coreStream", SHAPE.coreStream),
    parallelization: read("parallelization", SHAPE.parallelization),
    propagation: read("propagation", SHAPE.propagation),
    customerManagedKey: read("customerManagedKey", SHAPE.customerManagedKey),
    protect: read("protect", SHAPE.protect),
    sourceMaps: read("sourceMaps", SHAPE.sourceMaps),
    logRetentionDays: read("logRetentionDays", SHAPE.logRetentionDays),
    logLevel: read("logLevel", SHAPE.logLevel),
    reservedConcurrency: read("reservedConcurrency", SHAPE.reservedConcurrency),
    throttle: read("throttle", SHAPE.throttle),
    alarmTopicArn: read("alarmTopicArn", SHAPE.alarmTopicArn),
    accountLogRole: read("accountLogRole", SHAPE.accountLogRole),
  };
};

const vpcChoice = (network: Read<typeof SHAPE.network>, key: string): VpcChoice | undefined => {
  const { vpc, vpcId, privateSubnetIds, cidrBlock, availabilityZones } = network;
  if (vpc === "none") return undefined;
  if (vpc === "create") return { vpc, cidrBlock, availabilityZones };
  if (vpcId === undefined || privateSubnetIds === undefined)
    throw new ConfigurationError(
      `${key}.${vpcId === undefined ? "vpcId" : "privateSubnetIds"} must be set when ${key}.vpc is existing. Set it, or let the program make a VPC with: pulumi config set --path ${key}.vpc create`,
    );
  return { vpc, vpcId, privateSubnetIds };
};
