import type { DatabaseSync, StatementSync } from "node:sqlite";

export const CHECKPOINT_SCHEMA = `CREATE TABLE IF NOT EXISTS checkpoints (
  mapping TEXT NOT NULL, shard TEXT NOT NULL, sequence_number TEXT, finished INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (mapping, shard)) WITHOUT ROWID`;

/** How far one shard was delivered. */
export interface Checkpoint {
  readonly sequenceNumber: string | undefined;
  /** The shard was closed and delivered to its end: its children may be read. */
  readonly finished: boolean;
}

/** How far each mapping has delivered each shard, so that a restart goes on where it stopped. */
export class Checkpoints {
  readonly #select: StatementSync;
  readonly #advance: StatementSync;
  readonly #finish: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      "SELECT sequence_number, finished FROM checkpoints WHERE mapping = ? AND shard = ?",
    );
    this.#advance = database.prepare(`INSERT INTO checkpoints (mapping, shard, sequence_number) VALUES (?, ?, ?)
      ON CONFLICT (mapping, shard) DO UPDATE SET sequence_number = excluded.sequence_number`);
    this.#finish = database.prepare(`INSERT INTO checkpoints (mapping, shard, finished) VALUES (?, ?, 1)
      ON CONFLICT (mapping, shard) DO UPDATE SET finished = 1`);
    this.#forget = database.prepare("DELETE FROM checkpoints WHERE mapping = ?");
  }

  get(mapping: string, shard: string): Checkpoint | undefined {
    const row = this.#select.get(mapping, shard);
    if (row === undefined) return undefined;
    const sequenceNumber = row["sequence_number"];
    return {
      sequenceNumber: typeof sequenceNumber === "string" ? sequenceNumber : undefined,
      finished: row["finished"] === 1,
    };
  }

  advance(mapping: string, shard: string, sequenceNumber: string): void {
    this.#advance.run(mapping, shard, sequenceNumber);
  }

  finish(mapping: string, shard: string): void {
    this.#finish.run(mapping, shard);
  }

  forget(mapping: string): void {
    this.#forget.run(mapping);
  }
}
