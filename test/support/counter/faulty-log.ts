import { setTimeout as sleep } from "node:timers/promises";
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
  createTable(): Promise<void>;
  close(): Promise<void>;
}

/** A clock that now and then jumps back an hour, which no pause and no budget may take amiss. */
class JumpingRuntime extends FixedRuntime {
  readonly #random: () => number;

  constructor(random: () => number) {
    super();
    this.#random = random;
  }

  override now(): number {
    if (this.#random() < 0.2) this.time -= 3_600_000;
    return super.now();
  }
}

/**
 * The event store over the local cloud's front and engine, with the faults that the front injects. An answer that is
 * delayed by `Infinity` comes when the log is closed.
 */
export const openFaultyLog = async (random: () => number, requestTimeoutMs = 2_000): Promise<FaultyLog> => {
  const closing = Promise.withResolvers<void>();
  const faults = createFaults({ random, wait: (ms) => (ms === Infinity ? closing.promise : sleep(ms)) });
  const cloud = await openLogCloud({ faults });
  const client = new DynamoDBClient({
    ...cloud.address,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true }),
  });
  const createTable = () => createEventsTable(client, "events");
  await createTable();
  return {
    faults,
    store: new DynamoEventStore(client, "events", new JumpingRuntime(random)),
    createTable,
    deleteTable: async () => void (await client.send(new DeleteTableCommand({ TableName: "events" }))),
    close: async () => {
      closing.resolve();
      client.destroy();
      await cloud.close();
    },
  };
};
