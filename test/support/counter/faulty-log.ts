import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createFaults, type RuleFaults } from "../../../local/front/index.ts";
import { DynamoEventStore } from "../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { createEventsTable } from "./events-table.ts";
import { openLogCloud } from "./log-cloud.ts";
import { FixedRuntime } from "./runtime.ts";

export interface FaultyLog {
  readonly faults: RuleFaults;
  /** Whose calls the faults strike. */
  readonly store: DynamoEventStore;
  deleteTable(): Promise<void>;
  close(): Promise<void>;
}

/** The event store over the local cloud's front and engine, with the faults that the front injects. */
export const openFaultyLog = async (random: () => number, requestTimeoutMs = 2_000): Promise<FaultyLog> => {
  const faults = createFaults({ random });
  const cloud = await openLogCloud({ faults });
  const client = new DynamoDBClient({
    ...cloud.address,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true }),
  });
  await createEventsTable(client, "events");
  return {
    faults,
    store: new DynamoEventStore(client, "events", new FixedRuntime()),
    deleteTable: async () => void (await client.send(new DeleteTableCommand({ TableName: "events" }))),
    close: async () => {
      client.destroy();
      await cloud.close();
    },
  };
};
