import type { DatabaseSync } from "node:sqlite";
import { ACCOUNT_ID, AwsError } from "../contract.ts";
import type { Consumer, Shard, Stream, StreamSettings } from "./stream.ts";

export const STREAM_SCHEMA = `
  CREATE TABLE IF NOT EXISTS stream (
    key INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, arn TEXT NOT NULL, created_at INTEGER NOT NULL,
    settings TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS shard (
    key INTEGER PRIMARY KEY AUTOINCREMENT, stream_key INTEGER NOT NULL, idx INTEGER NOT NULL, start_hash TEXT NOT NULL,
    end_hash TEXT NOT NULL, parent INTEGER, adjacent_parent INTEGER, created_at INTEGER NOT NULL, closed_at INTEGER,
    next INTEGER NOT NULL DEFAULT 0, UNIQUE (stream_key, idx)
  );
  CREATE TABLE IF NOT EXISTS consumer (
    stream_key INTEGER NOT NULL, name TEXT NOT NULL, arn TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    PRIMARY KEY (stream_key, name)
  );
  CREATE TABLE IF NOT EXISTS tag (arn TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, name));
`;

type NewShard = Omit<Shard, "key" | "index" | "next">;

/** Streams, shards and consumers: read from memory, written through to the file. */
export class StreamStore {
  readonly #db: DatabaseSync;
  readonly #streams = new Map<string, Stream>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.load();
  }

  /** Reads everything from the file anew, as after a transaction that was rolled back. */
  load(): void {
    this.#streams.clear();
    for (const row of this.#db.prepare("SELECT * FROM stream ORDER BY name").all()) {
      const key = Number(row["key"]);
      this.#streams.set(String(row["name"]), {
        key,
        name: String(row["name"]),
        arn: String(row["arn"]),
        createdAt: Number(row["created_at"]),
        settings: JSON.parse(String(row["settings"])) as StreamSettings,
        shards: this.#readShards(key),
        consumers: this.#readConsumers(key),
      });
    }
  }

  /** In the order of their names. */
  list(): Stream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Stream | undefined {
    return this.#streams.get(name);
  }

  /** By name or ARN. Throws ResourceNotFoundException. */
  get(address: { readonly StreamName?: string; readonly StreamARN?: string }): Stream {
    const name = address.StreamName ?? address.StreamARN?.split("/").at(-1);
    if (name === undefined)
      throw new AwsError("InvalidArgumentException", "Either StreamName or StreamARN must be specified.");
    const stream = this.#streams.get(name);
    if (stream === undefined || (address.StreamARN ?? stream.arn) !== stream.arn)
      throw new AwsError("ResourceNotFoundException", `Stream ${name} under account ${ACCOUNT_ID} not found.`);
    return stream;
  }

  shardByKey(key: number): { stream: Stream; shard: Shard } | undefined {
    for (const stream of this.#streams.values()) {
      const shard = stream.shards.find((candidate) => candidate.key === key);
      if (shard !== undefined) return { stream, shard };
    }
    return undefined;
  }

  create(name: string, arn: string, createdAt: number, settings: StreamSettings): Stream {
    const row = this.#db
      .prepare("INSERT INTO stream (name, arn, created_at, settings) VALUES (?, ?, ?, ?)")
      .run(name, arn, createdAt, JSON.stringify(settings));
    const key = Number(row.lastInsertRowid);
    const stream: Stream = { key, name, arn, createdAt, settings, shards: [], consumers: new Map() };
    this.#streams.set(name, stream);
    return stream;
  }

  updateSettings(stream: Stream, change: Partial<StreamSettings>): void {
    stream.settings = { ...stream.settings, ...change };
    this.#db.prepare("UPDATE stream SET settings = ? WHERE key = ?").run(JSON.stringify(stream.settings), stream.key);
  }

  /** Forgets the stream with its shards, consumers and tags; its records are the caller's to delete. */
  delete(stream: Stream): void {
    this.#streams.delete(stream.name);
    for (const consumer of stream.consumers.values()) this.deleteConsumer(stream, consumer);
    this.#db.prepare("DELETE FROM shard WHERE stream_key = ?").run(stream.key);
    this.#db.prepare("DELETE FROM stream WHERE key = ?").run(stream.key);
    this.#db.prepare("DELETE FROM tag WHERE arn = ?").run(stream.arn);
  }

  addShard(stream: Stream, shard: NewShard): Shard {
    const index = (stream.shards.at(-1)?.index ?? -1) + 1;
    const row = this.#db
      .prepare(
        `INSERT INTO shard (stream_key, idx, start_hash, end_hash, parent, adjacent_parent, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        stream.key,
        index,
        String(shard.startHash),
        String(shard.endHash),
        shard.parent ?? null,
        shard.adjacentParent ?? null,
        shard.createdAt,
      );
    const added: Shard = { ...shard, key: Number(row.lastInsertRowid), index, next: 0 };
    stream.shards.push(added);
    return added;
  }

  closeShard(shard: Shard, closedAt: number): void {
    shard.closedAt = closedAt;
    this.#db.prepare("UPDATE shard SET closed_at = ? WHERE key = ?").run(closedAt, shard.key);
  }

  deleteShard(stream: Stream, shard: Shard): void {
    stream.shards.splice(stream.shards.indexOf(shard), 1);
    this.#db.prepare("DELETE FROM shard WHERE key = ?").run(shard.key);
  }

  addConsumer(stream: Stream, consumer: Consumer): void {
    this.#db
      .prepare("INSERT INTO consumer (stream_key, name, arn, created_at) VALUES (?, ?, ?, ?)")
      .run(stream.key, consumer.name, consumer.arn, consumer.createdAt);
    stream.consumers.set(consumer.name, consumer);
  }

  deleteConsumer(stream: Stream, consumer: Consumer): void {
    stream.consumers.delete(consumer.name);
    this.#db.prepare("DELETE FROM consumer WHERE arn = ?").run(consumer.arn);
    this.#db.prepare("DELETE FROM tag WHERE arn = ?").run(consumer.arn);
  }

  #readShards(streamKey: number): Shard[] {
    const rows = this.#db.prepare("SELECT * FROM shard WHERE stream_key = ? ORDER BY idx").all(streamKey);
    return rows.map((row) => ({
      key: Number(row["key"]),
      index: Number(row["idx"]),
      startHash: BigInt(String(row["start_hash"])),
      endHash: BigInt(String(row["end_hash"])),
      ...(row["parent"] === null ? {} : { parent: Number(row["parent"]) }),
      ...(row["adjacent_parent"] === null ? {} : { adjacentParent: Number(row["adjacent_parent"]) }),
      createdAt: Number(row["created_at"]),
      ...(row["closed_at"] === null ? {} : { closedAt: Number(row["closed_at"]) }),
      next: Number(row["next"]),
    }));
  }

  #readConsumers(streamKey: number): Map<string, Consumer> {
    const rows = this.#db.prepare("SELECT * FROM consumer WHERE stream_key = ? ORDER BY name").all(streamKey);
    return new Map(
      rows.map((row) => {
        const name = String(row["name"]);
        return [name, { name, arn: String(row["arn"]), createdAt: Number(row["created_at"]) }];
      }),
    );
  }
}
