import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { CommitTimeline, EventLog, EventStore } from "../../runtime/ports/event-store.ts";
import { badInput, failed } from "../failure.ts";
import { addStackOptions, requireStack, type StackOptions } from "./stack-option.ts";

export interface LogOptions extends StackOptions {
  readonly table?: string;
  readonly file?: string;
}

export interface OpenLog {
  readonly events: EventStore & CommitTimeline & EventLog;
  /** What holds the store itself append-only and is gone; none where that is not for a client to see. */
  missingGuards(): readonly string[];
  close(): Promise<void>;
}

/** Adds the options that name a log: that of the running stack unless they say otherwise. */
export const addLogOptions = (command: Command): Command =>
  addStackOptions(command)
    .option("--table <name>", "a DynamoDB table, by the credentials and region of the environment")
    .option("--file <path>", "a SQLite file that the service keeps its log in");

/** @throws CliFailure when there is no such log */
export const openLog = async (options: LogOptions): Promise<OpenLog> => {
  if (options.file !== undefined) return openFile(options.file);
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { DynamoEventStore } = await import("../../runtime/adapters/dynamodb/dynamo-event-store.ts");
  const open = (client: InstanceType<typeof DynamoDBClient>, tableName: string): OpenLog => ({
    events: new DynamoEventStore(client, tableName),
    missingGuards: () => [],
    close: async () => client.destroy(),
  });
  if (options.table !== undefined) return open(new DynamoDBClient({ maxAttempts: 1 }), options.table);
  const { aws: endpoint, region, accessKeyId, secretAccessKey, outputs } = requireStack(options);
  const { eventsTableName } = outputs;
  if (typeof eventsTableName !== "string")
    throw failed("the program exports no eventsTableName; name the table of its log with --table NAME");
  const credentials = { accessKeyId, secretAccessKey };
  return open(new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 }), eventsTableName);
};

const openFile = async (file: string): Promise<OpenLog> => {
  if (!existsSync(file)) throw badInput(`--file: there is no ${file}`);
  const { SqliteEventStore } = await import("../../runtime/adapters/sqlite/sqlite-event-store.ts");
  try {
    const events = new SqliteEventStore(file, { readOnly: true });
    return { events, missingGuards: () => events.missingGuards(), close: () => events.close() };
  } catch (error) {
    throw badInput(`--file: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};
