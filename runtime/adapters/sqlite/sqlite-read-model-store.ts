import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { declaredFields, type FieldValue } from "../../kernel/document.ts";
import { isNexusError, type NexusError, nexusError } from "../../kernel/errors.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../../kernel/service.ts";
import type { Page, Query, ReadModelStore, Search, StoredDocument } from "../../ports/read-model-store.ts";
import { column, createTables, type DocumentTable, documentTable } from "./document-table.ts";
import { queryPage, searchPage } from "./sqlite-queries.ts";

/** How long a writer waits for another one's transaction; those take milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

interface Row {
  readonly id: string;
  readonly version: number;
  readonly document: string | null;
}

/**
 * Read models in one SQLite file, for the local cloud: FTS5 for text, a column and an index for every other field.
 * Safe with several connections, processes or worker threads on the file (WAL). An acknowledged write survives the end
 * of the process; after a power cut the bus has to be read again.
 */
export class SqliteReadModelStore implements ReadModelStore {
  readonly #database: DatabaseSync;
  readonly #digest: (text: string) => string;
  readonly #tables = new Map<string, DocumentTable>();

  constructor(file: string, digest: (text: string) => string) {
    this.#digest = digest;
    this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  }

  async prepare(projection: ProjectionDefinition): Promise<void> {
    this.#guard(() => this.#table(projection));
  }

  async get(projection: ProjectionDefinition, ids: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>> {
    return this.#guard(() => {
      const { table } = this.#table(projection);
      const select = this.#database.prepare(
        `SELECT id, version, document FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`,
      );
      const rows = select.all(JSON.stringify(ids)) as unknown as Row[];
      return new Map(
        rows.map(({ id, version, document }) => [
          id,
          { id, version, document: document === null ? undefined : (JSON.parse(document) as ReadModelDocument) },
        ]),
      );
    });
  }

  async upsert(
    projection: ProjectionDefinition,
    documents: readonly StoredDocument[],
  ): Promise<readonly ("written" | "stale" | NexusError)[]> {
    return this.#guard(() => {
      const table = this.#table(projection);
      return this.#transaction(() => documents.map((document) => this.#write(projection, table, document)));
    });
  }

  async query(projection: ProjectionDefinition, query: Query): Promise<Page> {
    return this.#guard(() => queryPage(this.#database, this.#table(projection), query));
  }

  async search(projection: ProjectionDefinition, search: Search): Promise<Page> {
    return this.#guard(() => searchPage(this.#database, this.#table(projection), search));
  }

  close(): void {
    this.#database.close();
  }

  #table(projection: ProjectionDefinition): DocumentTable {
    const known = this.#tables.get(projection.name);
    if (known !== undefined) return known;
    const table = documentTable(projection, this.#digest);
    this.#transaction(() => createTables(this.#database, projection, table));
    this.#tables.set(projection.name, table);
    return table;
  }

  #write(
    projection: ProjectionDefinition,
    table: DocumentTable,
    stored: StoredDocument,
  ): "written" | "stale" | NexusError {
    let fields: Record<string, FieldValue> = {};
    try {
      if (stored.document !== undefined) fields = declaredFields(projection, stored.document);
    } catch (error) {
      if (isNexusError(error)) return error;
      throw error;
    }
    const names = table.scalarFields.map(column);
    const values = table.scalarFields.map((field) => columnValue(fields[field]));
    const row = this.#database
      .prepare(
        `INSERT INTO ${table.table} (id, version, document ${names.map((name) => `, ${name}`).join("")})
         VALUES (?, ?, ? ${", ?".repeat(names.length)})
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, document = excluded.document
           ${names.map((name) => `, ${name} = excluded.${name}`).join("")}
         WHERE excluded.version > version
         RETURNING row`,
      )
      .get(
        stored.id,
        stored.version,
        stored.document === undefined ? null : JSON.stringify(stored.document),
        ...values,
      ) as { row: number } | undefined;
    if (row === undefined) return "stale";
    if (table.textFields.length > 0)
      this.#writeText(table, row.row, stored.document === undefined ? undefined : fields);
    return "written";
  }

  #writeText(table: DocumentTable, row: number, fields: Record<string, FieldValue> | undefined): void {
    this.#database.prepare(`DELETE FROM ${table.textTable} WHERE rowid = ?`).run(row);
    if (fields === undefined) return;
    this.#database
      .prepare(
        `INSERT INTO ${table.textTable} (rowid, ${table.textFields.map(column).join(", ")})
         VALUES (? ${", ?".repeat(table.textFields.length)})`,
      )
      .run(row, ...table.textFields.map((field) => columnValue(fields[field])));
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (isNexusError(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw nexusError("NEXUS_READ_MODEL_UNAVAILABLE", `the read model's SQLite file failed: ${reason}`, { cause });
    }
  }
}

const columnValue = (value: FieldValue | undefined): SQLInputValue =>
  typeof value === "boolean" ? Number(value) : (value ?? null);
