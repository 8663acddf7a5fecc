import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nexusError } from "../../kernel/errors.ts";
import { isBusy } from "./busy.ts";

/** What an acknowledged commit outlives: the end of the process, or that of the machine's power as well. */
export type Durability = "process-crash" | "power-loss";

/**
 * `FULL` syncs the write-ahead log at each commit; `NORMAL` leaves that to the operating system. On macOS a sync leaves
 * the data in the cache of the drive unless it is asked to be a full one; elsewhere `fullfsync` does nothing.
 */
const SYNC: Record<Durability, string> = {
  "process-crash": "PRAGMA synchronous = NORMAL",
  "power-loss": "PRAGMA synchronous = FULL; PRAGMA fullfsync = 1",
};

const FORMAT_VERSION = 1;
const OPENING_PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 8;

const TABLE = `
  CREATE TABLE IF NOT EXISTS commits (
    aggregate_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    time_key TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (aggregate_id, version)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS commits_by_time ON commits (time_key);
`;

/**
 * Triggers that hold the table append-only, also against other programs. `INSERT OR REPLACE` removes what stands in its
 * way, by key or by row number, without a trigger for deletions noticing: so nothing is inserted where something stands.
 * A row number below 1 was not given.
 */
const GUARDS: Readonly<Record<string, string>> = {
  commits_are_not_changed: `BEFORE UPDATE ON commits
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
  commits_are_not_deleted: `BEFORE DELETE ON commits
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`,
  commits_are_not_replaced: `BEFORE INSERT ON commits
    WHEN EXISTS (SELECT 1 FROM commits WHERE aggregate_id = NEW.aggregate_id AND version = NEW.version)
      OR EXISTS (SELECT 1 FROM commits WHERE rowid = NEW.rowid AND rowid > 0)
    BEGIN SELECT RAISE(IGNORE); END`,
};

/**
 * Opens the file of a log, and makes it where it does not exist; any number of processes may do so at once. Throws
 * `NEXUS_CONFIGURATION_INVALID` for a file of another format, or one that is no log, and leaves that as it is.
 */
export const openEventFile = (file: string, durability: Durability): DatabaseSync => {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  return opened(new DatabaseSync(file, { timeout: OPENING_PATIENCE_MS }), (database) => {
    patiently(() => createLog(database, file));
    // SQLite does not wait by itself for this one.
    patiently(() => database.exec("PRAGMA journal_mode = WAL"));
    database.exec(SYNC[durability]);
  });
};

/** Opens the file of a log to read it, and changes nothing in it. Errors as {@link openEventFile}. */
export const openEventFileToRead = (file: string): DatabaseSync =>
  opened(new DatabaseSync(file, { readOnly: true, timeout: OPENING_PATIENCE_MS }), (database) => {
    if (formatOf(database) !== FORMAT_VERSION) throw noLog(file);
  });

/** Triggers that the log must have and has not, or not as they were made: by name. */
export const missingGuards = (database: DatabaseSync): string[] => {
  const rows = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").all();
  const standing = new Set(rows.map(({ sql }) => sql));
  return Object.keys(GUARDS).filter((name) => !standing.has(guardSql(name)));
};

const guardSql = (name: string): string => `CREATE TRIGGER ${name} ${GUARDS[name]}`;

const opened = (database: DatabaseSync, prepare: (database: DatabaseSync) => void): DatabaseSync => {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** What is looked at and what is made must be one transaction: another process may be making the same. */
const createLog = (database: DatabaseSync, file: string): void => {
  database.exec("BEGIN IMMEDIATE");
  try {
    const format = formatOf(database);
    if (format !== FORMAT_VERSION && format !== "empty") throw noLog(file);
    const guards = Object.keys(GUARDS).map((name) =>
      guardSql(name).replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS"),
    );
    database.exec(`${TABLE} ${guards.join(";")}`);
    if (format === "empty") database.exec(`PRAGMA user_version = ${FORMAT_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};

const formatOf = (database: DatabaseSync): number | "empty" => {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"];
  return version === 0 && tables === 0 ? "empty" : version;
};

const noLog = (file: string): Error =>
  nexusError("NEXUS_CONFIGURATION_INVALID", `${file} is no event log of format ${FORMAT_VERSION}`);

/** Opening is synchronous, and so is waiting for others who open. */
const patiently = (act: () => void): void => {
  const deadline = performance.now() + OPENING_PATIENCE_MS;
  for (let done = false; !done; ) {
    try {
      act();
      done = true;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * LONGEST_PAUSE_MS);
    }
  }
};
