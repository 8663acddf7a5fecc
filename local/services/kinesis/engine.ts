import type { DatabaseSync } from "node:sqlite";
import { ACCOUNT_ID, type RecordsListener, type Unsubscribe } from "../contract.ts";
import { openDatabase } from "../open-database.ts";
import { RECORD_SCHEMA, RecordLog } from "./record-log.ts";
import { type Shard, type Stream, shardId } from "./stream.ts";
import { STREAM_SCHEMA, StreamStore } from "./stream-store.ts";
import { TagStore } from "./tag-store.ts";

const MS_PER_HOUR = 3_600_000;

/** What the actions work on. */
export class KinesisEngine {
  readonly streams: StreamStore;
  readonly log: RecordLog;
  readonly tags: TagStore;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly #db: DatabaseSync;
  readonly #listeners = new Set<RecordsListener>();

  constructor(options: { readonly file: string; readonly region: string; readonly now: () => number }) {
    this.#db = openDatabase(options.file, STREAM_SCHEMA + RECORD_SCHEMA);
    this.region = options.region;
    this.now = options.now;
    this.streams = new StreamStore(this.#db);
    this.tags = new TagStore(this.#db);
    this.log = new RecordLog(this.#db, options.now, (stream, shard) => this.announce(stream, shard));
  }

  /** Runs synchronous changes as one: all of them are durable when it returns, or none is when it throws. */
  transaction<T>(change: () => T): T {
    this.log.flush();
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.streams.load();
      throw error;
    }
  }

  onRecords(listener: RecordsListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listeners that a shard has something to read, its end included. */
  announce(stream: Stream, shard: Shard): void {
    for (const listener of this.#listeners) listener({ streamArn: stream.arn, shardId: shardId(shard.index) });
  }

  /** The instant before which the records of a stream are forgotten. */
  horizon(stream: Stream): number {
    return this.now() - stream.settings.retentionHours * MS_PER_HOUR;
  }

  /** Deletes records past their stream's retention, and closed shards that hold none any more. How many records. */
  sweepExpired(): number {
    return this.transaction(() => {
      let deleted = 0;
      for (const stream of this.streams.list()) {
        const horizon = this.horizon(stream);
        for (const shard of [...stream.shards]) {
          deleted += this.log.deleteBefore(shard, horizon);
          if (shard.closedAt !== undefined && shard.closedAt < horizon) this.streams.deleteShard(stream, shard);
        }
      }
      return deleted;
    });
  }

  streamArn(name: string): string {
    return `arn:aws:kinesis:${this.region}:${ACCOUNT_ID}:stream/${name}`;
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.log.flush();
    this.#db.close();
  }
}
