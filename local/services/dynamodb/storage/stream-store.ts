import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StreamDefinition } from "./table-definition.ts";

export interface StoredRecord {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly event: "INSERT" | "MODIFY" | "REMOVE";
  /** JSON of the key, the new and the old item; the last two only as far as the view type has them. */
  readonly keys: string;
  readonly newImage: string | null;
  readonly oldImage: string | null;
  readonly size: number;
  /** 1 when time to live removed the item, else 0. */
  readonly expired: number;
}

const columns = "sequence, createdAt, event, keys, newImage, oldImage, size, expired";

/** The records of one stream, a SQLite table of their own. */
export class StreamStore {
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #sqlite: DatabaseSync;
  readonly #table: string;
  #last: number;

  static create(sqlite: DatabaseSync, id: number): void {
    sqlite.exec(`
      CREATE TABLE records_${id} (
        sequence INTEGER PRIMARY KEY, createdAt INTEGER NOT NULL, event TEXT NOT NULL, keys TEXT NOT NULL,
        newImage TEXT, oldImage TEXT, size INTEGER NOT NULL, expired INTEGER NOT NULL
      )`);
  }

  constructor(sqlite: DatabaseSync, stream: StreamDefinition) {
    this.#sqlite = sqlite;
    this.#table = `records_${stream.id}`;
    this.#insert = sqlite.prepare(`INSERT INTO ${this.#table} (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#read = sqlite.prepare(
      `SELECT ${columns} FROM ${this.#table} WHERE sequence >= ? AND createdAt >= ? ORDER BY sequence LIMIT ?`,
    );
    const { last } = sqlite.prepare(`SELECT max(sequence) AS last FROM ${this.#table}`).get() as {
      last: number | null;
    };
    this.#last = Math.max(last ?? 0, stream.trimmedThrough, stream.startSequence - 1);
  }

  /** Number of the newest record ever written, gone or not. */
  get last(): number {
    return this.#last;
  }

  append(record: Omit<StoredRecord, "sequence">): void {
    this.#last++;
    const { createdAt, event, keys, newImage, oldImage, size, expired } = record;
    this.#insert.run(this.#last, createdAt, event, keys, newImage, oldImage, size, expired);
  }

  /** Records from a sequence number on that are not older than `notBefore`. */
  read(from: number, notBefore: number, limit: number): StoredRecord[] {
    return this.#read.all(from, notBefore, limit) as unknown as StoredRecord[];
  }

  /** Deletes the records older than `before`; returns the number of the last of them, or undefined. */
  trim(before: number): number | undefined {
    // The oldest record tells at once, most of the time, that there is nothing to do.
    const oldest = this.#sqlite.prepare(`SELECT createdAt FROM ${this.#table} ORDER BY sequence LIMIT 1`).get();
    if (oldest === undefined || Number(oldest["createdAt"]) >= before) return undefined;
    const { last } = this.#sqlite
      .prepare(`SELECT max(sequence) AS last FROM ${this.#table} WHERE createdAt < ?`)
      .get(before) as { last: number };
    this.#sqlite.prepare(`DELETE FROM ${this.#table} WHERE sequence <= ?`).run(last);
    return last;
  }

  drop(): void {
    this.#sqlite.exec(`DROP TABLE ${this.#table}`);
  }
}
