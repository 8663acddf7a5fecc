import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LogLine } from "../contract.ts";

export const LOG_SCHEMA = `
  CREATE TABLE IF NOT EXISTS log_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, log_group TEXT NOT NULL,
    function_name TEXT NOT NULL, request_id TEXT, timestamp INTEGER NOT NULL, message TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS log_lines_by_request ON log_lines (request_id) WHERE request_id IS NOT NULL`;

export interface LogQuery {
  readonly functionName?: string;
  readonly requestId?: string;
  /** Only lines that contain this text. */
  readonly contains?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  /** Only lines after this one: to follow a log. */
  readonly afterId?: number;
  /** @default 100 */
  readonly limit?: number;
}

export interface StoredLogLine extends LogLine {
  /** Rises with every line. */
  readonly id: number;
}

/** Log lines in SQLite, the newest `capacity` of them. */
export class LogStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #capacity: number;
  #untrimmed = 0;

  constructor(database: DatabaseSync, capacity: number) {
    this.#database = database;
    this.#capacity = capacity;
    this.#insert = database.prepare(
      "INSERT INTO log_lines (log_group, function_name, request_id, timestamp, message) VALUES (?, ?, ?, ?, ?)",
    );
    this.#trim = database.prepare("DELETE FROM log_lines WHERE id <= (SELECT max(id) FROM log_lines) - ?");
  }

  /** To be called within a transaction. */
  insert(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const { logGroupName, functionName, requestId = null, timestamp, message } = line;
      this.#insert.run(logGroupName, functionName, requestId, Math.round(timestamp), message);
    }
    this.#untrimmed += lines.length;
    if (this.#untrimmed < this.#capacity / 100) return;
    this.#untrimmed = 0;
    this.#trim.run(this.#capacity);
  }

  /** The newest lines that fit, the oldest of them first. */
  query(query: LogQuery): readonly StoredLogLine[] {
    const conditions: [string, string | number | undefined][] = [
      ["function_name = ?", query.functionName],
      ["request_id = ?", query.requestId],
      ["instr(message, ?) > 0", query.contains],
      ["timestamp >= ?", query.since],
      ["id > ?", query.afterId],
    ];
    const asked = conditions.filter((condition): condition is [string, string | number] => condition[1] !== undefined);
    const where = asked.length === 0 ? "" : `WHERE ${asked.map(([sql]) => sql).join(" AND ")}`;
    const rows = this.#database
      .prepare(`SELECT * FROM log_lines ${where} ORDER BY id DESC LIMIT ?`)
      .all(...asked.map(([, value]) => value), query.limit ?? 100);
    return rows.toReversed().map((row) => ({
      id: Number(row["id"]),
      logGroupName: String(row["log_group"]),
      functionName: String(row["function_name"]),
      requestId: typeof row["request_id"] === "string" ? row["request_id"] : undefined,
      timestamp: Number(row["timestamp"]),
      message: String(row["message"]),
    }));
  }
}
