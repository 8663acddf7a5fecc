import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoragePart } from "./storage-key.ts";
import type { IndexDefinition } from "./table-definition.ts";

export interface StoredRow {
  readonly id: number;
  readonly item: string;
  readonly size: number;
}

export interface Bound {
  readonly operator: "=" | "<" | "<=" | ">" | ">=";
  readonly value: StoragePart;
}

export interface Selection {
  /** Reads the index; the table itself when left out. */
  readonly index?: IndexDefinition;
  /** One partition; all of them when left out. */
  readonly hash?: StoragePart;
  readonly range?: readonly Bound[];
  /** Starts after the row with this key: [hash, range] of the table, [hash, range, key hash, key range] of an index. */
  readonly after?: readonly StoragePart[];
  readonly forward: boolean;
}

/** The rows of one DynamoDB table and of its indexes, as SQLite tables of their own. Knows nothing of items. */
export class ItemStore {
  readonly #sqlite: DatabaseSync;
  readonly #items: string;
  readonly #id: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(sqlite: DatabaseSync, id: number) {
    this.#sqlite = sqlite;
    this.#id = id;
    this.#items = `items_${id}`;
  }

  create(): void {
    this.#sqlite.exec(`
      CREATE TABLE ${this.#items} (
        id INTEGER PRIMARY KEY, pk NOT NULL, sk NOT NULL, size INTEGER NOT NULL, expires_at INTEGER, item TEXT NOT NULL
      );
      CREATE UNIQUE INDEX ${this.#items}_key ON ${this.#items} (pk, sk);
      CREATE INDEX ${this.#items}_ttl ON ${this.#items} (expires_at) WHERE expires_at IS NOT NULL;
    `);
  }

  drop(indexes: readonly IndexDefinition[]): void {
    for (const index of indexes) this.dropIndex(index);
    this.#sqlite.exec(`DROP TABLE ${this.#items}`);
    this.#statements.clear();
  }

  #indexTable(index: IndexDefinition): string {
    return `index_${this.#id}_${index.id}`;
  }

  createIndex(index: IndexDefinition): void {
    const name = this.#indexTable(index);
    this.#sqlite.exec(`
      CREATE TABLE ${name} (
        hash NOT NULL, range NOT NULL, pk NOT NULL, sk NOT NULL, item_id INTEGER NOT NULL,
        PRIMARY KEY (hash, range, pk, sk)
      ) WITHOUT ROWID;
    `);
  }

  dropIndex(index: IndexDefinition): void {
    this.#sqlite.exec(`DROP TABLE ${this.#indexTable(index)}`);
    this.#statements.clear();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  find(pk: StoragePart, sk: StoragePart): StoredRow | undefined {
    const sql = `SELECT id, item, size FROM ${this.#items} WHERE pk = ? AND sk = ?`;
    return this.#prepare(sql).get(pk, sk) as StoredRow | undefined;
  }

  /** Returns the id of the row. */
  insert(pk: StoragePart, sk: StoragePart, row: Omit<StoredRow, "id">, expiresAt: number | null): number {
    const sql = `INSERT INTO ${this.#items} (pk, sk, item, size, expires_at) VALUES (?, ?, ?, ?, ?)`;
    return Number(this.#prepare(sql).run(pk, sk, row.item, row.size, expiresAt).lastInsertRowid);
  }

  update(row: StoredRow, expiresAt: number | null): void {
    const sql = `UPDATE ${this.#items} SET item = ?, size = ?, expires_at = ? WHERE id = ?`;
    this.#prepare(sql).run(row.item, row.size, expiresAt, row.id);
  }

  setExpiry(id: number, expiresAt: number | null): void {
    this.#prepare(`UPDATE ${this.#items} SET expires_at = ? WHERE id = ?`).run(expiresAt, id);
  }

  remove(id: number): void {
    this.#prepare(`DELETE FROM ${this.#items} WHERE id = ?`).run(id);
  }

  indexRow(
    index: IndexDefinition,
    key: readonly [StoragePart, StoragePart],
    pk: StoragePart,
    sk: StoragePart,
    id: number,
  ): void {
    const sql = `INSERT INTO ${this.#indexTable(index)} (hash, range, pk, sk, item_id) VALUES (?, ?, ?, ?, ?)`;
    this.#prepare(sql).run(...key, pk, sk, id);
  }

  unindexRow(index: IndexDefinition, key: readonly [StoragePart, StoragePart], pk: StoragePart, sk: StoragePart): void {
    const sql = `DELETE FROM ${this.#indexTable(index)} WHERE hash = ? AND range = ? AND pk = ? AND sk = ?`;
    this.#prepare(sql).run(...key, pk, sk);
  }

  totals(): { count: number; bytes: number } {
    const sql = `SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM ${this.#items}`;
    return this.#prepare(sql).get() as { count: number; bytes: number };
  }

  indexCount(index: IndexDefinition): number {
    return (this.#prepare(`SELECT count(*) AS count FROM ${this.#indexTable(index)}`).get() as { count: number }).count;
  }

  all(): IterableIterator<StoredRow> {
    return this.#prepare(`SELECT id, item, size FROM ${this.#items}`).iterate() as IterableIterator<StoredRow>;
  }

  /** Rows that expired before `before` but not before `since`, in seconds since the epoch, the earliest first. */
  expired(before: number, since: number, limit: number): StoredRow[] {
    const sql = `SELECT id, item, size FROM ${this.#items} WHERE expires_at < ? AND expires_at >= ? ORDER BY expires_at LIMIT ?`;
    return this.#prepare(sql).all(before, since, limit) as unknown as StoredRow[];
  }

  /** The rows of a selection in key order. */
  select(selection: Selection): IterableIterator<StoredRow> {
    const { index, hash, range = [], after } = selection;
    const [hashColumn, ...orderColumns] =
      index === undefined ? ["i.pk", "i.sk"] : ["x.hash", "x.range", "x.pk", "x.sk"];
    const direction = selection.forward ? "ASC" : "DESC";
    // CROSS JOIN keeps SQLite to this order of the two tables: the index leads, in its own order.
    const source =
      index === undefined
        ? `${this.#items} i`
        : `${this.#indexTable(index)} x CROSS JOIN ${this.#items} i ON i.id = x.item_id`;
    const where = hash === undefined ? [] : [`${hashColumn} = ?`];
    const values: StoragePart[] = hash === undefined ? [] : [hash];
    for (const bound of range) {
      where.push(`${orderColumns[0]} ${bound.operator} ?`);
      values.push(bound.value);
    }
    const order = hash === undefined ? [hashColumn, ...orderColumns] : orderColumns;
    if (after !== undefined) {
      const start = hash === undefined ? after : after.slice(1);
      where.push(`(${order.join(", ")}) ${selection.forward ? ">" : "<"} (${start.map(() => "?").join(", ")})`);
      values.push(...start);
    }
    const condition = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
    const ordering = order.map((column) => `${column} ${direction}`).join(", ");
    const sql = `SELECT i.id, i.item, i.size FROM ${source}${condition} ORDER BY ${ordering}`;
    return this.#prepare(sql).iterate(...values) as IterableIterator<StoredRow>;
  }
}
