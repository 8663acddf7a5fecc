import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createFaults, openFront, type RuleFaults } from "../../../local/front/index.ts";
import type { JsonService, MessagingService } from "../../../local/services/contract.ts";
import { openDynamoDb } from "../../../local/services/dynamodb/index.ts";
import { openIam } from "../../../local/services/iam/index.ts";
import { DynamoEventStore } from "../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { createEventsTable } from "./events-table.ts";
import { FixedRuntime } from "./runtime.ts";

const REGION = "eu-west-1";
const USER = "arn:aws:iam::000000000000:user/tester";

export interface FaultyLog {
  readonly faults: RuleFaults;
  /** Whose calls the faults strike. */
  readonly store: DynamoEventStore;
  deleteTable(): Promise<void>;
  close(): Promise<void>;
}

/** The event store over the local cloud's front and engine, with the faults that the front injects. */
export const openFaultyLog = async (random: () => number, requestTimeoutMs = 2_000): Promise<FaultyLog> => {
  const iam = openIam({ file: ":memory:" });
  iam.putUser({ name: "tester", arn: USER });
  iam.putInlinePolicy(USER, "all", { Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
  const dynamodb = await openDynamoDb({ file: ":memory:", region: REGION });
  const none: JsonService = { call: async () => ({}), close: async () => undefined };
  const unused = async (): Promise<never> => {
    throw new Error("not part of this cloud");
  };
  const messaging: MessagingService = {
    forward: unused,
    call: unused,
    onMessage: () => () => undefined,
    close: async () => undefined,
  };
  const faults = createFaults({ random });
  const front = await openFront({
    ...{ port: 0, region: REGION, iam, faults },
    services: { dynamodb, kinesis: none, glue: none, messaging },
    lambda: () => ({ invoke: unused, invokeAsync: unused }),
  });
  const client = new DynamoDBClient({
    endpoint: front.endpoint,
    region: REGION,
    credentials: iam.credentialsFor(USER),
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
      await front.close();
      await dynamodb.close();
      iam.close();
    },
  };
};
