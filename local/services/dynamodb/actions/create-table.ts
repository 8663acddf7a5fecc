import { randomUUID } from "node:crypto";
import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { describeTable } from "../describe-table.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Parameters } from "../parameters.ts";
import type { TableDefinition } from "../storage/table-definition.ts";
import { openStream } from "../streams.ts";
import {
  assertAttributesUsed,
  assertIndexes,
  assertName,
  indexParameters,
  readAttributeDefinitions,
  readEncryption,
  readIndexDefinition,
  readKeySchema,
  readStreamSpecification,
  readTags,
  readThroughput,
} from "../table-settings.ts";

const known = [
  "TableName",
  "AttributeDefinitions",
  "KeySchema",
  "GlobalSecondaryIndexes",
  "BillingMode",
  "ProvisionedThroughput",
  "StreamSpecification",
  "SSESpecification",
  "Tags",
  "TableClass",
  "DeletionProtectionEnabled",
];

const readBilling = (parameters: Parameters): Pick<TableDefinition, "billingMode" | "throughput"> => {
  const billingMode = parameters.oneOf("BillingMode", ["PROVISIONED", "PAY_PER_REQUEST"]) ?? "PROVISIONED";
  const throughput = readThroughput(parameters);
  if (billingMode === "PAY_PER_REQUEST" && throughput !== undefined)
    throw validationError(
      "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  if (billingMode === "PROVISIONED" && throughput === undefined)
    throw validationError("No provisioned throughput specified for the table");
  return { billingMode, ...(throughput === undefined ? {} : { throughput }) };
};

/** The table is there and active when the call returns; AWS takes some seconds and says CREATING meanwhile. */
export const createTable: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, known);
    const name = parameters.requiredString("TableName");
    assertName(name);
    const types = readAttributeDefinitions(parameters);
    const keys = readKeySchema(parameters, types);
    const indexes = parameters
      .structures("GlobalSecondaryIndexes", indexParameters)
      .map((each, position) => readIndexDefinition(each, types, position + 1));
    assertIndexes(indexes);
    assertAttributesUsed(types, keys, indexes);
    const billing = readBilling(parameters);
    const viewType = readStreamSpecification(parameters);
    const encryption = readEncryption(parameters);
    const tags = readTags(parameters);
    const tableClass = parameters.oneOf("TableClass", ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]) ?? "STANDARD";
    const deletionProtection = parameters.boolean("DeletionProtectionEnabled") ?? false;
    if (engine.catalog.find(name) !== undefined)
      throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
    const definition: TableDefinition = {
      id: engine.catalog.nextId("tables"),
      tableId: randomUUID(),
      name,
      arn: `arn:aws:dynamodb:${engine.region}:${ACCOUNT_ID}:table/${name}`,
      ...keys,
      indexes,
      createdAt: engine.clock(),
      ...billing,
      deletionProtection,
      tableClass,
      ...(encryption === undefined ? {} : { encryption }),
      tags,
    };
    const streamId =
      viewType === undefined || viewType === "off" ? undefined : openStream(engine, definition, viewType);
    const table = engine.catalog.addTable({ ...definition, ...(streamId === undefined ? {} : { streamId }) });
    return { TableDescription: describeTable(engine.catalog, table) };
  },
};
