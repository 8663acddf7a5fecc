import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openShards, type Shard, type Stream, shardOfHash } from "./stream.ts";

export const RECORD_SCHEMA = `
  CREATE TABLE IF NOT EXISTS record (
    shard_key INTEGER NOT NULL, position INTEGER NOT NULL, arrived_at INTEGER NOT NULL, partition_key TEXT NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (shard_key, position)
  ) WITHOUT ROWID;
`;

/** The most that one GetRecords returns: 10 MiB. */
const READ_BYTES = 10 * 1024 * 1024;

export interface NewRecord {
  readonly partitionKey: string;
  readonly explicitHashKey?: bigint;
  readonly data: Buffer;
}

export interface StoredRecord {
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

export interface Placement {
  readonly shard: Shard;
  readonly position: number;
}

interface PendingPut {
  /** Called inside the transaction: the stream may have gone meanwhile. */
  readonly stream: () => Stream;
  readonly records: readonly NewRecord[];
  readonly resolve: (placements: Placement[]) => void;
  readonly reject: (error: unknown) => void;
}

const hashKey = (record: NewRecord): bigint =>
  record.explicitHashKey ?? BigInt(`0x${hash("md5", record.partitionKey, "hex")}`);

/** The records of every shard. Puts that arrive in the same turn of the event loop share one transaction. */
export class RecordLog {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #written: (stream: Stream, shard: Shard) => void;
  readonly #insert: StatementSync;
  readonly #advance: StatementSync;
  readonly #select: StatementSync;
  readonly #firstSince: StatementSync;
  readonly #deleteBefore: StatementSync;
  #pending: PendingPut[] = [];

  /** @param written told of each shard that took records, after they are durable */
  constructor(db: DatabaseSync, now: () => number, written: (stream: Stream, shard: Shard) => void) {
    this.#db = db;
    this.#now = now;
    this.#written = written;
    this.#insert = db.prepare(
      "INSERT INTO record (shard_key, position, arrived_at, partition_key, data) VALUES (?, ?, ?, ?, ?)",
    );
    this.#advance = db.prepare("UPDATE shard SET next = ? WHERE key = ?");
    this.#select = db.prepare(
      `SELECT position, arrived_at, partition_key, data FROM record
       WHERE shard_key = ? AND position >= ? AND arrived_at >= ? ORDER BY position LIMIT ?`,
    );
    this.#firstSince = db.prepare(
      "SELECT position FROM record WHERE shard_key = ? AND arrived_at >= ? ORDER BY position LIMIT 1",
    );
    this.#deleteBefore = db.prepare("DELETE FROM record WHERE shard_key = ? AND position < ?");
  }

  /** Resolves when the records are durable. */
  put(stream: () => Stream, records: readonly NewRecord[]): Promise<Placement[]> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.flush());
      this.#pending.push({ stream, records, resolve, reject });
    });
  }

  /** Commits what is waiting. */
  flush(): void {
    const puts = this.#pending;
    this.#pending = [];
    if (puts.length === 0) return;
    const touched = new Map<Shard, Stream>();
    const answers: (() => void)[] = [];
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      for (const put of puts) {
        try {
          const placements = this.#write(put, touched);
          answers.push(() => put.resolve(placements));
        } catch (error) {
          answers.push(() => put.reject(error));
        }
      }
      for (const shard of touched.keys()) this.#advance.run(shard.next, shard.key);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
      for (const put of puts) put.reject(error);
      return;
    }
    for (const answer of answers) answer();
    for (const [shard, stream] of touched) this.#written(stream, shard);
  }

  /** Records from a position on that arrived since `horizon`, at most `limit` and 10 MiB, one at least. */
  read(shard: Shard, position: number, horizon: number, limit: number): StoredRecord[] {
    const records: StoredRecord[] = [];
    let bytes = 0;
    for (const row of this.#select.iterate(shard.key, position, horizon, limit)) {
      const data = row["data"] as Uint8Array;
      const partitionKey = String(row["partition_key"]);
      bytes += data.byteLength + partitionKey.length;
      if (records.length > 0 && bytes > READ_BYTES) break;
      records.push({ position: Number(row["position"]), arrivedAt: Number(row["arrived_at"]), partitionKey, data });
    }
    return records;
  }

  /** Position of the first record that arrived at an instant or later; the next one to come when there is none. */
  positionAt(shard: Shard, instant: number): number {
    const position = this.#firstSince.get(shard.key, instant)?.["position"];
    return typeof position === "number" ? position : shard.next;
  }

  /** Deletes what arrived before an instant; how many records. */
  deleteBefore(shard: Shard, instant: number): number {
    return Number(this.#deleteBefore.run(shard.key, this.positionAt(shard, instant)).changes);
  }

  deleteShard(shard: Shard): void {
    this.#deleteBefore.run(shard.key, shard.next);
  }

  #write(put: PendingPut, touched: Map<Shard, Stream>): Placement[] {
    const stream = put.stream();
    const [only, ...others] = openShards(stream);
    const arrivedAt = this.#now();
    return put.records.map((record) => {
      const shard = only !== undefined && others.length === 0 ? only : shardOfHash(stream, hashKey(record));
      const position = shard.next++;
      this.#insert.run(shard.key, position, arrivedAt, record.partitionKey, record.data);
      touched.set(shard, stream);
      return { shard, position };
    });
  }
}
