import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { isNexusError, nexusError } from "../../kernel/errors.ts";
import { isBusy } from "./busy.ts";

interface Pending {
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** How long another process may hold the file before a write is given up. */
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 8;

/**
 * Writes that are asked for in the same turn of the event loop share one transaction, and so one fsync. Each succeeds
 * or fails by itself; none is acknowledged before all are durable. The database must not wait for locks by itself
 * (`busy_timeout = 0`): waiting here leaves the event loop free.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The result of `write`, once it is durable. What `write` throws must leave the database as it was. */
  run<T>(write: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let result: { readonly value: T } | undefined;
    this.#pending.push({
      run: () => {
        result = { value: write() };
      },
      resolve: () => result !== undefined && resolve(result.value),
      reject,
    });
    this.#running ??= this.#drain();
    return promise;
  }

  /** Resolves when nothing is pending. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#pending;
      this.#pending = [];
      try {
        await this.#begin();
        this.#commit(group);
      } catch (cause) {
        const error = isNexusError(cause)
          ? cause
          : nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "could not write the file of the log", { cause });
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        this.#database.exec("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
        await delay(Math.random() * LONGEST_PAUSE_MS);
      }
    }
  }

  #commit(group: readonly Pending[]): void {
    const settle: (() => void)[] = [];
    try {
      for (const { run, resolve, reject } of group) {
        try {
          run();
          settle.push(resolve);
        } catch (error) {
          // After some failures SQLite has rolled back by itself: what came next would be no part of the transaction.
          if (!isNexusError(error) || !this.#database.isTransaction) throw error;
          settle.push(() => reject(error));
        }
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
    for (const tell of settle) tell();
  }
}
