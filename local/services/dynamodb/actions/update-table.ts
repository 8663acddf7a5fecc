import { AwsError } from "../../contract.ts";
import type { Item } from "../attribute-value.ts";
import { describeTable } from "../describe-table.ts";
import type { Action, Engine } from "../engine.ts";
import { namedTableNotFound, validationError } from "../errors.ts";
import { keyAttributes } from "../item-keys.ts";
import { Parameters } from "../parameters.ts";
import type { Table } from "../storage/catalog.ts";
import { storageKey } from "../storage/storage-key.ts";
import type { IndexDefinition, TableDefinition } from "../storage/table-definition.ts";
import { closeStream, openStream } from "../streams.ts";
import {
  assertIndexes,
  indexParameters,
  readAttributeDefinitions,
  readEncryption,
  readIndexDefinition,
  readStreamSpecification,
  readThroughput,
} from "../table-settings.ts";

const known = [
  "TableName",
  "AttributeDefinitions",
  "GlobalSecondaryIndexUpdates",
  "BillingMode",
  "ProvisionedThroughput",
  "StreamSpecification",
  "SSESpecification",
  "TableClass",
  "DeletionProtectionEnabled",
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const indexNotFound = () => new AwsError("ResourceNotFoundException", "Requested resource not found");

const updateIndexes = (table: Table, parameters: Parameters): readonly IndexDefinition[] => {
  const { definition } = table;
  const declared = readAttributeDefinitions(parameters);
  const existing = [definition, ...definition.indexes]
    .flatMap(keyAttributes)
    .map(({ name, type }) => [name, type] as const);
  const types = new Map([...existing, ...declared]);
  let indexes = definition.indexes;
  for (const update of parameters.structures("GlobalSecondaryIndexUpdates", ["Create", "Update", "Delete"])) {
    const create = update.nested("Create", indexParameters);
    if (create !== undefined) {
      const id = Math.max(0, ...indexes.map((index) => index.id), ...definition.indexes.map((index) => index.id)) + 1;
      indexes = [...indexes, readIndexDefinition(create, types, id)];
      continue;
    }
    const change = update.nested("Update", ["IndexName", "ProvisionedThroughput"]);
    const named = change ?? update.requiredNested("Delete", ["IndexName"]);
    const name = named.requiredString("IndexName");
    if (!indexes.some((index) => index.name === name)) throw indexNotFound();
    const throughput = change && readThroughput(change);
    indexes =
      throughput === undefined
        ? indexes.filter((index) => index.name !== name)
        : indexes.map((index) => (index.name === name ? { ...index, throughput } : index));
  }
  assertIndexes(indexes);
  return indexes;
};

/** Creates, fills and drops the SQLite tables of the indexes that came and went. */
const realiseIndexes = ({ items, definition }: Table, indexes: readonly IndexDefinition[]): void => {
  for (const index of definition.indexes) if (!indexes.some(({ id }) => id === index.id)) items.dropIndex(index);
  const added = indexes.filter(({ id }) => !definition.indexes.some((index) => index.id === id));
  for (const index of added) items.createIndex(index);
  if (added.length === 0) return;
  for (const row of [...items.all()]) {
    const item = JSON.parse(row.item) as Item;
    const key = storageKey(item, definition.hash, definition.range);
    for (const index of added) {
      const indexKey = storageKey(item, index.hash, index.range);
      if (key !== undefined && indexKey !== undefined) items.indexRow(index, indexKey, ...key, row.id);
    }
  }
};

const readBilling = (
  parameters: Parameters,
  { definition }: Table,
): Pick<TableDefinition, "billingMode" | "throughput"> => {
  const billingMode = parameters.oneOf("BillingMode", ["PROVISIONED", "PAY_PER_REQUEST"]) ?? definition.billingMode;
  const given = readThroughput(parameters);
  const throughput = given ?? definition.throughput;
  if (billingMode === "PAY_PER_REQUEST") {
    if (given !== undefined)
      throw validationError(
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    return { billingMode };
  }
  if (throughput === undefined) throw validationError("No provisioned throughput specified for the table");
  return { billingMode, throughput };
};

const updateStream = (engine: Engine, table: TableDefinition, asked: ReturnType<typeof readStreamSpecification>) => {
  if (asked === undefined) return table.streamId;
  if (asked !== "off") return openStream(engine, table, asked);
  closeStream(engine, table);
  return undefined;
};

const assertStreamChange = ({ definition }: Table, asked: ReturnType<typeof readStreamSpecification>): void => {
  if (asked === undefined) return;
  const enabled = definition.streamId !== undefined;
  if (asked === "off" && !enabled) throw validationError("Table is already disabled for streams");
  if (asked !== "off" && enabled)
    throw validationError(`Table already has an enabled stream: TableName: ${definition.name}`);
};

export const updateTable: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, known);
    const name = parameters.requiredString("TableName");
    const table = engine.catalog.find(name);
    if (table === undefined) throw namedTableNotFound(name);
    if (!known.some((each) => each !== "TableName" && each !== "AttributeDefinitions" && parameters.has(each)))
      throw validationError(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
      );
    const indexes = updateIndexes(table, parameters);
    const billing = readBilling(parameters, table);
    const asked = readStreamSpecification(parameters);
    assertStreamChange(table, asked);
    const encryption = parameters.has("SSESpecification") ? readEncryption(parameters) : table.definition.encryption;
    const tableClass =
      parameters.oneOf("TableClass", ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]) ?? table.definition.tableClass;
    const deletionProtection = parameters.boolean("DeletionProtectionEnabled") ?? table.definition.deletionProtection;
    realiseIndexes(table, indexes);
    const { throughput: _, streamId: __, encryption: ___, ...rest } = table.definition;
    const definition: Mutable<TableDefinition> = { ...rest, ...billing, indexes, tableClass, deletionProtection };
    if (encryption !== undefined) definition.encryption = encryption;
    const streamId = updateStream(engine, table.definition, asked);
    if (streamId !== undefined) definition.streamId = streamId;
    return { TableDescription: describeTable(engine.catalog, engine.catalog.saveTable(definition)) };
  },
};
