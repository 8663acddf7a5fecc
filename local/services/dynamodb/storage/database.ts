import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { AwsError } from "../../contract.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, definition TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS transactions (token TEXT PRIMARY KEY, digest TEXT NOT NULL, created_at INTEGER NOT NULL);
`;

/** Pages of 4 KB in the log before SQLite copies them to the file, which is when it waits for the disk. */
const checkpointPages = 4_000;

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;

interface Batch {
  readonly committed: Promise<void>;
  readonly settle: (error?: unknown) => void;
}

/**
 * One SQLite file, written in groups: the writes that arrive in one turn of the event loop share a transaction, and
 * each is answered only after it is committed. With `synchronous=NORMAL` a commit outlives the process, however it
 * ends; a power cut may take back the last ones.
 */
export class Database {
  readonly sqlite: DatabaseSync;
  readonly #afterCommit: () => void;
  readonly #afterRollback: () => void;
  readonly #beginStatement: StatementSync;
  readonly #commitStatement: StatementSync;
  #batch: Batch | undefined;

  constructor(file: string, hooks: { afterCommit: () => void; afterRollback: () => void }) {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    this.sqlite = new DatabaseSync(file);
    this.#afterCommit = hooks.afterCommit;
    this.#afterRollback = hooks.afterRollback;
    try {
      // The file has one owner: a second process is refused instead of writing beside the first.
      this.sqlite.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      this.sqlite.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA cache_size = -32000`);
      this.sqlite.exec(schema);
    } catch (error) {
      this.sqlite.close();
      if (!isBusy(error)) throw error;
      throw new Error(`${file} is in use by another process; stop it, or use another data folder`, { cause: error });
    }
    this.#beginStatement = this.sqlite.prepare("BEGIN IMMEDIATE");
    this.#commitStatement = this.sqlite.prepare("COMMIT");
  }

  /**
   * Runs `work` at once and answers after its transaction is committed. `work` may throw an {@link AwsError} only
   * before its first change; any other error takes back the whole group, and all of it is answered with a failure.
   */
  async write<T>(work: () => T): Promise<T> {
    const batch = this.#batch ?? this.#begin();
    return this.#run(batch, work);
  }

  /** Runs `work` at once. What it saw of a group that is still open is answered after that group's commit. */
  async read<T>(work: () => T): Promise<T> {
    return this.#batch === undefined ? work() : this.#run(this.#batch, work);
  }

  async #run<T>(batch: Batch, work: () => T): Promise<T> {
    let result: { value: T } | { refusal: AwsError };
    try {
      result = { value: work() };
    } catch (error) {
      if (error instanceof AwsError) {
        result = { refusal: error };
      } else {
        this.#rollBack(error);
        throw error;
      }
    }
    await batch.committed;
    if ("refusal" in result) throw result.refusal;
    return result.value;
  }

  #begin(): Batch {
    this.#beginStatement.run();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever waits is told; without a waiter (its work threw) nobody must be.
    promise.catch(() => undefined);
    this.#batch = { committed: promise, settle: (error) => (error === undefined ? resolve() : reject(error)) };
    setImmediate(() => this.commit());
    return this.#batch;
  }

  /** Commits what is open. */
  commit(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    try {
      this.#commitStatement.run();
    } catch (error) {
      this.#rollBack(error);
      return;
    }
    this.#batch = undefined;
    batch.settle();
    this.#afterCommit();
  }

  #rollBack(error: unknown): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (this.sqlite.isTransaction) this.sqlite.exec("ROLLBACK");
    this.#afterRollback();
    batch?.settle(error);
  }

  close(): void {
    this.commit();
    this.sqlite.close();
  }
}
