import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nexusError } from "../../kernel/errors.ts";

/** What an acknowledged commit outlives: the end of the process, or that of the machine's power as well. */
export type Durability = "process-crash" | "power-loss";

/** `FULL` syncs the write-ahead log at each commit; `NORMAL` leaves that to the operating system. */
const SYNCHRONOUS: Record<Durability, string> = { "process-crash": "NORMAL", "power-loss": "FULL" };

const FORMAT_VERSION = 1;
const OPENING_PATIENCE_MS = 10_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS commits (
    aggregate_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    time_key TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (aggregate_id, version)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS commits_by_time ON commits (time_key);
  CREATE TRIGGER IF NOT EXISTS commits_are_not_changed BEFORE UPDATE ON commits
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS commits_are_not_deleted BEFORE DELETE ON commits
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
`;

/**
 * Opens the file of a log, and makes it where it does not exist. Throws `NEXUS_CONFIGURATION_INVALID` for a file of
 * another format, or one that is no log.
 */
export const openEventFile = (file: string, durability: Durability): DatabaseSync => {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: OPENING_PATIENCE_MS });
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${SYNCHRONOUS[durability]}`);
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    const empty = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0;
    if (version !== FORMAT_VERSION && !(version === 0 && empty))
      throw nexusError("NEXUS_CONFIGURATION_INVALID", `${file} is no event log of format ${FORMAT_VERSION}`);
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${FORMAT_VERSION}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};
