import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens a service's SQLite file, creating it and its folder where needed. WAL with synchronous=NORMAL: a committed
 * transaction survives `kill -9`, though the last ones may be lost with the power.
 * `schema` must be safe to run again (`CREATE TABLE IF NOT EXISTS`).
 */
export const openDatabase = (file: string, schema: string): DatabaseSync => {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; ${schema}`);
  return database;
};
