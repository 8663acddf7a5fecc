import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { serveDynamoDb } from "../../../../local/services/dynamodb/index.ts";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";
import { faultContract } from "../../../contracts/event-store/fault-contract.ts";
import { createEventsTable, dynamoDbClient } from "../../../support/counter/events-table.ts";
import { openFaultyLog } from "../../../support/counter/faulty-log.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";

type Engine = Awaited<ReturnType<typeof startDynamoDbLocal>>;

const contractOn = (start: () => Promise<Engine>): void => {
  let engine: Engine | undefined;
  let client: DynamoDBClient;

  beforeAll(async () => {
    engine = await start();
    client = dynamoDbClient(engine.endpoint);
    await createEventsTable(client, "events");
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.close();
  });

  eventStoreContract(() => new DynamoEventStore(client, "events"));
};

describeEngine("DynamoDB Local", () => contractOn(startDynamoDbLocal));
describe("the local cloud's DynamoDB", () => {
  contractOn(() => serveDynamoDb({ file: ":memory:", port: 0 }));
  faultContract(openFaultyLog);
});
