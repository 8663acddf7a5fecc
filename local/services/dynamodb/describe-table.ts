import { keyAttributes } from "./item-keys.ts";
import type { Catalog, Table } from "./storage/catalog.ts";
import type { IndexDefinition, TableDefinition, Throughput } from "./storage/table-definition.ts";

/** AWS gives instants as seconds since the epoch. */
export const seconds = (milliseconds: number): number => milliseconds / 1_000;

const keySchema = (source: Pick<TableDefinition, "hash" | "range">) =>
  keyAttributes(source).map(({ name }, position) => ({
    AttributeName: name,
    KeyType: position === 0 ? "HASH" : "RANGE",
  }));

const throughput = (given: Throughput | undefined) => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: given?.ReadCapacityUnits ?? 0,
  WriteCapacityUnits: given?.WriteCapacityUnits ?? 0,
});

const describeIndex = (table: Table, index: IndexDefinition) => ({
  IndexName: index.name,
  KeySchema: keySchema(index),
  Projection: {
    ProjectionType: index.projection.type,
    ...(index.projection.type === "INCLUDE" ? { NonKeyAttributes: index.projection.nonKeyAttributes } : {}),
  },
  IndexStatus: "ACTIVE",
  ProvisionedThroughput: throughput(index.throughput),
  IndexSizeBytes: 0,
  ItemCount: table.items.indexCount(index),
  IndexArn: `${table.definition.arn}/index/${index.name}`,
});

const billing = ({ billingMode, createdAt }: TableDefinition) =>
  billingMode === "PROVISIONED"
    ? {}
    : { BillingModeSummary: { BillingMode: billingMode, LastUpdateToPayPerRequestDateTime: seconds(createdAt) } };

/** The description of a table, as CreateTable, DescribeTable, UpdateTable and DeleteTable answer it. */
export const describeTable = (catalog: Catalog, table: Table, status = "ACTIVE"): object => {
  const { definition } = table;
  const stream = catalog.streamOf(definition)?.definition;
  const { count, bytes } = table.items.totals();
  const attributes = new Map(
    [definition, ...definition.indexes].flatMap(keyAttributes).map(({ name, type }) => [name, type] as const),
  );
  return {
    AttributeDefinitions: [...attributes].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    TableName: definition.name,
    KeySchema: keySchema(definition),
    TableStatus: status,
    CreationDateTime: seconds(definition.createdAt),
    ProvisionedThroughput: throughput(definition.throughput),
    TableSizeBytes: bytes,
    ItemCount: count,
    TableArn: definition.arn,
    TableId: definition.tableId,
    ...billing(definition),
    ...(definition.indexes.length === 0
      ? {}
      : { GlobalSecondaryIndexes: definition.indexes.map((index) => describeIndex(table, index)) }),
    ...(stream === undefined
      ? {}
      : {
          StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
          LatestStreamLabel: stream.label,
          LatestStreamArn: stream.arn,
        }),
    ...(definition.encryption === undefined
      ? {}
      : {
          SSEDescription: {
            Status: "ENABLED",
            SSEType: definition.encryption.type,
            ...(definition.encryption.keyArn === undefined ? {} : { KMSMasterKeyArn: definition.encryption.keyArn }),
          },
        }),
    TableClassSummary: { TableClass: definition.tableClass },
    DeletionProtectionEnabled: definition.deletionProtection,
  };
};
