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

interface Bucket {
  readonly key: readonly [namespace: string, name: string, dimensions: string, minute: number];
  readonly unit: string;
  readonly aggregate: Aggregate;
}

/** Metrics by the minute, in SQLite. */
export class MetricStore {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #pending = new Map<string, Bucket>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#select = database.prepare(
      "SELECT * FROM metrics WHERE namespace = ? AND name = ? AND dimensions = ? AND minute = ?",
    );
    this.#upsert = database.prepare("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  get dirty(): boolean {
    return this.#pending.size > 0;
  }

  /** Held in memory until the next {@link flush}. */
  add(datum: MetricDatum, now: number): void {
    const minute = Math.floor((datum.timestamp ?? now) / MINUTE_MS);
    const key = [datum.namespace, datum.name, canonical(datum.dimensions ?? {}), minute] as const;
    const id = JSON.stringify(key);
    const bucket = this.#pending.get(id) ?? { key, unit: datum.unit ?? "None", aggregate: emptyAggregate() };
    merge(bucket.aggregate, aggregateOf(typeof datum.value === "number" ? [datum.value] : datum.value));
    this.#pending.set(id, bucket);
  }

  /** To be called within a transaction. */
  flush(): void {
    for (const { key, unit, aggregate } of this.#pending.values()) {
      const row = this.#select.get(...key);
      const whole = row === undefined ? aggregate : fromRow(row);
      if (row !== undefined) merge(whole, aggregate);
      const { count, sum, minimum, maximum, sample } = whole;
      this.#upsert.run(...key, unit, count, sum, minimum, maximum, JSON.stringify(sample));
    }
    this.#pending.clear();
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
