import type { DatabaseSync } from "node:sqlite";
import { AwsError, type InvocationResult } from "../contract.ts";
import type { FunctionError } from "./worker/protocol.ts";

export const ASYNC_SCHEMA = `CREATE TABLE IF NOT EXISTS async_invocations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, function_name TEXT NOT NULL, payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL, created_at INTEGER NOT NULL)`;

/** Lambda keeps an event for six hours, throttled invocations included. */
const MAXIMUM_AGE_MS = 6 * 60 * 60 * 1000;
const THROTTLED_PAUSE_MS = 1_000;
const AT_ONCE = 16;

interface Row {
  readonly id: number;
  readonly functionName: string;
  readonly payload: string;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
}

export interface AsyncOptions {
  readonly database: DatabaseSync;
  readonly clock: () => number;
  /** Pause before each retry; as many retries as there are pauses. */
  readonly retryDelaysMs: readonly number[];
  /** Throws a `TooManyRequestsException` when throttled, a `ResourceNotFoundException` when the function is gone. */
  readonly invoke: (functionName: string, payload: string) => Promise<InvocationResult>;
  /** Takes an event whose every attempt failed. A rejection leaves the event in the queue. */
  readonly giveUp: (functionName: string, payload: string, last: InvocationResult | undefined) => Promise<void>;
  /** Told of what went wrong beside the function's own errors. */
  readonly report: (functionName: string, message: string) => void;
}

/** The queue of asynchronous invocations: kept in SQLite until an attempt succeeded or the event was given up. */
export class AsyncInvocations {
  readonly #options: AsyncOptions;
  readonly #running = new Set<number>();
  #started = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AsyncOptions) {
    this.#options = options;
  }

  /** Durable when it returns. */
  add(functionName: string, payload: string): void {
    const now = this.#options.clock();
    this.#options.database
      .prepare("INSERT INTO async_invocations (function_name, payload, due_at, created_at) VALUES (?, ?, ?, ?)")
      .run(functionName, payload, now, now);
    this.#dispatch();
  }

  start(): void {
    this.#started = true;
    this.#dispatch();
  }

  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
  }

  /** Events in the queue, running ones included. */
  get size(): number {
    const row = this.#options.database.prepare("SELECT count(*) AS n FROM async_invocations").get();
    return Number(row?.["n"] ?? 0);
  }

  #dispatch(): void {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    const { database, clock } = this.#options;
    const now = clock();
    const rows = database
      .prepare("SELECT * FROM async_invocations ORDER BY due_at, id LIMIT ?")
      .all(AT_ONCE + this.#running.size)
      .map(toRow);
    for (const row of rows) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#running.has(row.id) || row.dueAt > now) continue;
      this.#running.add(row.id);
      void this.#attempt(row);
    }
    const next = database.prepare("SELECT min(due_at) AS due_at FROM async_invocations WHERE due_at > ?").get(now);
    if (typeof next?.["due_at"] !== "number") return;
    this.#timer = setTimeout(() => this.#dispatch(), next["due_at"] - now);
  }

  async #attempt(row: Row): Promise<void> {
    try {
      await this.#tryOnce(row);
    } catch (error) {
      this.#options.report(row.functionName, `asynchronous invocation: ${String(error)}`);
      this.#later(row, row.attempts, THROTTLED_PAUSE_MS);
    } finally {
      this.#running.delete(row.id);
      this.#dispatch();
    }
  }

  async #tryOnce(row: Row): Promise<void> {
    const { clock, retryDelaysMs, invoke, giveUp } = this.#options;
    let result: InvocationResult | undefined;
    try {
      result = await invoke(row.functionName, row.payload);
      if (!this.#started) return;
      if (result.functionError === undefined) return this.#remove(row);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const expired = clock() - row.createdAt > MAXIMUM_AGE_MS;
      if (error.code === "TooManyRequestsException" && !expired)
        return this.#later(row, row.attempts, THROTTLED_PAUSE_MS);
    }
    const delayMs = result === undefined ? undefined : retryDelaysMs[row.attempts];
    if (delayMs !== undefined) return this.#later(row, row.attempts + 1, delayMs);
    await giveUp(row.functionName, row.payload, result);
    this.#remove(row);
  }

  #later(row: Row, attempts: number, delayMs: number): void {
    if (!this.#started) return;
    this.#options.database
      .prepare("UPDATE async_invocations SET attempts = ?, due_at = ? WHERE id = ?")
      .run(attempts, this.#options.clock() + delayMs, row.id);
  }

  #remove(row: Row): void {
    if (!this.#started) return;
    this.#options.database.prepare("DELETE FROM async_invocations WHERE id = ?").run(row.id);
  }
}

const toRow = (row: Record<string, unknown>): Row => ({
  id: Number(row["id"]),
  functionName: String(row["function_name"]),
  payload: String(row["payload"]),
  attempts: Number(row["attempts"]),
  dueAt: Number(row["due_at"]),
  createdAt: Number(row["created_at"]),
});

/** The attributes of a dead letter, as Lambda sets them. */
export const deadLetterAttributes = (last: InvocationResult | undefined): Record<string, string> => {
  if (last === undefined) return { ErrorMessage: "the function no longer exists", ErrorCode: "404" };
  const message = (last.payload as Partial<FunctionError> | undefined)?.errorMessage ?? "";
  // Lambda cuts the message so that the attributes stay within SQS's limits.
  return { RequestID: last.requestId, ErrorCode: "200", ErrorMessage: message.slice(0, 1_024) };
};
