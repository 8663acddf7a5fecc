import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";
import { createEventsTable, dynamoDbClient } from "../../../support/counter/events-table.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { type DynamoDbLocal, startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";

describeEngine("DynamoDB Local", () => {
  let engine: DynamoDbLocal;
  let client: DynamoDBClient;

  beforeAll(async () => {
    engine = await startDynamoDbLocal();
    client = dynamoDbClient(engine.endpoint);
    await createEventsTable(client, "events");
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
  });

  eventStoreContract(() => new DynamoEventStore(client, "events"));
});
