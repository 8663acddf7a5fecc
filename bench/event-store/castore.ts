import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { type Aggregate, EventStore, EventType } from "@castore/core";
import { DynamoDBSingleTableEventStorageAdapter } from "@castore/event-storage-adapter-dynamodb";

interface CounterAggregate extends Aggregate {
  readonly total: number;
}

/** Castore as its documentation shows it: an event store with event types and a reducer, over the single-table adapter. */
export const openCastore = async (client: DynamoDBClient, tableName: string) => {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "aggregateId", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
        { AttributeName: "eventStoreId", AttributeType: "S" },
        { AttributeName: "timestamp", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "aggregateId", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "initialEvents",
          KeySchema: [
            { AttributeName: "eventStoreId", KeyType: "HASH" },
            { AttributeName: "timestamp", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.1, maxDelay: 0.2 }, { TableName: tableName });
  const added = new EventType<"COUNTER_ADDED", { amount: number; unit: string; text: string }>({
    type: "COUNTER_ADDED",
  });
  const store = new EventStore({
    eventStoreId: "COUNTERS",
    eventTypes: [added],
    reducer: (before: CounterAggregate, { aggregateId, version, payload }): CounterAggregate => ({
      aggregateId,
      version,
      total: (before?.total ?? 0) + payload.amount,
    }),
    eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: client }),
  });
  return {
    push: async (
      aggregateId: string,
      version: number,
      payload: { amount: number; unit: string; text: string },
    ): Promise<void> => {
      await store.pushEvent({ aggregateId, version, type: "COUNTER_ADDED", payload });
    },
    /** Version of the aggregate that the store builds. */
    rehydrate: async (aggregateId: string): Promise<number | undefined> =>
      (await store.getAggregate(aggregateId)).aggregate?.version,
  };
};
