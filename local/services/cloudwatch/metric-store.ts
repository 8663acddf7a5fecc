import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Aggregate, aggregateOf, emptyAggregate, type MetricDatum, type MetricId, merge } from "./metric.ts";

export const METRIC_SCHEMA = `
  CREATE TABLE IF NOT EXISTS metrics (namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
    minute INTEGER NOT NULL, unit TEXT NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, minimum REAL NOT NULL,
    maximum REAL NOT NULL, sample TEXT NOT NULL,
    PRIMARY KEY (namespace, name, dimensions, minute)) WITHOUT ROWID`;

const MINUTE_MS = 60_000;

/** What is asked of a metric: without dimensions, all sets of dimensions of the name together. */
export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, kept to the minute. */
  readonly from?: number;
  /** Exclusive. */
  readonly until?: number;
}

/** A minute of a metric as it will stand in the file. */
interface Bucket {
  readonly key: readonly [namespace: string, name: string, dimensions: string, minute: number];
  readonly unit: string;
  readonly aggregate: Aggregate;
  changed: boolean;
}

/** Minutes held beyond a {@link MetricStore.flush}, so that the next values of a minute need not be read back. */
const HELD_MINUTES = 2;

/** Metrics by the minute, in SQLite. */
export class MetricStore {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #held = new Map<string, Bucket>();
  #dirty = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#select = database.prepare(
      "SELECT * FROM metrics WHERE namespace = ? AND name = ? AND dimensions = ? AND minute = ?",
    );
    this.#upsert = database.prepare("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  /** Held in memory until the next {@link flush}. */
  add(datum: MetricDatum, now: number): void {
    const minute = Math.floor((datum.timestamp ?? now) / MINUTE_MS);
    const bucket = this.#bucket([datum.namespace, datum.name, canonical(datum.dimensions ?? {}), minute], datum.unit);
    const values = typeof datum.value === "number" ? [datum.value] : datum.value;
    merge(bucket.aggregate, aggregateOf(values));
    bucket.changed = true;
    this.#dirty = true;
  }

  /** To be called within a transaction. */
  flush(): void {
    const newest = Math.max(...[...this.#held.values()].map(({ key }) => key[3]));
    for (const [id, bucket] of this.#held) {
      const { key, unit, aggregate } = bucket;
      const { count, sum, minimum, maximum, sample } = aggregate;
      if (bucket.changed) this.#upsert.run(...key, unit, count, sum, minimum, maximum, JSON.stringify(sample));
      bucket.changed = false;
      if (key[3] <= newest - HELD_MINUTES) this.#held.delete(id);
    }
    this.#dirty = false;
  }

  #bucket(key: Bucket["key"], unit = "None"): Bucket {
    const id = key.join("\n");
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    const row = this.#select.get(...key);
    const bucket = { key, unit, aggregate: row === undefined ? emptyAggregate() : fromRow(row), changed: false };
    this.#held.set(id, bucket);
    return bucket;
  }

  /** Drops the minutes before a time. */
  trim(before: number): void {
    this.#database.prepare("DELETE FROM metrics WHERE minute < ?").run(Math.floor(before / MINUTE_MS));
  }

  /** One aggregate for each minute that has values, oldest first. */
  minutes(
    query: MetricQuery,
  ): readonly { readonly time: number; readonly unit: string; readonly aggregate: Aggregate }[] {
    const from = Math.floor((query.from ?? 0) / MINUTE_MS);
    const until = query.until === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(query.until / MINUTE_MS);
    const exactly = query.dimensions === undefined ? null : canonical(query.dimensions);
    const rows = this.#database
      .prepare(
        `SELECT * FROM metrics WHERE namespace = ? AND name = ? AND minute >= ? AND minute < ?
          AND (? IS NULL OR dimensions = ?) ORDER BY minute`,
      )
      .all(query.namespace, query.name, from, until, exactly, exactly);
    return rows.map((row) => ({
      time: Number(row["minute"]) * MINUTE_MS,
      unit: String(row["unit"]),
      aggregate: fromRow(row),
    }));
  }

  list(): readonly MetricId[] {
    const rows = this.#database.prepare("SELECT DISTINCT namespace, name, dimensions FROM metrics").all();
    return rows.map((row) => ({
      namespace: String(row["namespace"]),
      name: String(row["name"]),
      dimensions: Object.fromEntries(JSON.parse(String(row["dimensions"])) as [string, string][]),
    }));
  }
}

const canonical = (dimensions: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const fromRow = (row: Record<string, unknown>): Aggregate => ({
  count: Number(row["count"]),
  sum: Number(row["sum"]),
  minimum: Number(row["minimum"]),
  maximum: Number(row["maximum"]),
  sample: JSON.parse(String(row["sample"])) as number[],
});
