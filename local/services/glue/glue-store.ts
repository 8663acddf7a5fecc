import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../open-database.ts";

export interface Registry {
  readonly name: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Schema {
  readonly registryName: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly dataFormat: string;
  readonly compatibility: string;
  /** The version that later ones are compared with. */
  readonly checkpoint: number;
  /** Number of the latest version; 0 before the first. */
  readonly latest: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SchemaVersion {
  readonly id: string;
  readonly registryName: string;
  readonly schemaName: string;
  readonly number: number;
  readonly definition: string;
  readonly createdAt: number;
}

export interface Metadata {
  readonly key: string;
  readonly value: string;
  readonly createdAt: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS registry (
    name TEXT PRIMARY KEY, description TEXT, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS schema (
    registryName TEXT NOT NULL, name TEXT NOT NULL, description TEXT, dataFormat TEXT NOT NULL,
    compatibility TEXT NOT NULL, checkpoint INTEGER NOT NULL, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
    PRIMARY KEY (registryName, name)
  );
  CREATE TABLE IF NOT EXISTS version (
    id TEXT PRIMARY KEY, registryName TEXT NOT NULL, schemaName TEXT NOT NULL, number INTEGER NOT NULL,
    definition TEXT NOT NULL, createdAt INTEGER NOT NULL, UNIQUE (registryName, schemaName, number)
  );
  CREATE TABLE IF NOT EXISTS metadata (
    versionId TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, createdAt INTEGER NOT NULL,
    PRIMARY KEY (versionId, key, value)
  );
  CREATE TABLE IF NOT EXISTS tag (arn TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, name));
`;

const SCHEMA_COLUMNS = `schema.*, coalesce((SELECT max(number) FROM version
  WHERE version.registryName = schema.registryName AND version.schemaName = schema.name), 0) AS latest`;

/** The border to SQLite: columns are named as the members of the type are, and an empty one is absent. */
const fromRow = <T>(row: Readonly<Record<string, unknown>>): T =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? undefined])) as T;

/** The registry's rows. Each call is one statement; actions that need several use {@link GlueStore.transaction}. */
export class GlueStore {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = openDatabase(file, SCHEMA);
  }

  transaction<T>(change: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  registry(name: string): Registry | undefined {
    const row = this.#db.prepare("SELECT * FROM registry WHERE name = ?").get(name);
    return row && fromRow<Registry>(row);
  }

  registries(): Registry[] {
    return this.#db
      .prepare("SELECT * FROM registry ORDER BY name")
      .all()
      .map(fromRow<Registry>);
  }

  putRegistry(registry: Registry): void {
    this.#db
      .prepare("INSERT OR REPLACE INTO registry (name, description, createdAt, updatedAt) VALUES (?, ?, ?, ?)")
      .run(registry.name, registry.description ?? null, registry.createdAt, registry.updatedAt);
  }

  deleteRegistry(name: string): void {
    this.#db.prepare("DELETE FROM registry WHERE name = ?").run(name);
  }

  schema(registryName: string, name: string): Schema | undefined {
    const query = `SELECT ${SCHEMA_COLUMNS} FROM schema WHERE registryName = ? AND name = ?`;
    const row = this.#db.prepare(query).get(registryName, name);
    return row && fromRow<Schema>(row);
  }

  /** Those of one registry, or of all. */
  schemas(registryName: string | undefined): Schema[] {
    const query = `SELECT ${SCHEMA_COLUMNS} FROM schema WHERE ?1 IS NULL OR registryName = ?1 ORDER BY registryName, name`;
    return this.#db
      .prepare(query)
      .all(registryName ?? null)
      .map(fromRow<Schema>);
  }

  putSchema(schema: Omit<Schema, "latest">): void {
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO schema
         (registryName, name, description, dataFormat, compatibility, checkpoint, createdAt, updatedAt)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        schema.registryName,
        schema.name,
        schema.description ?? null,
        schema.dataFormat,
        schema.compatibility,
        schema.checkpoint,
        schema.createdAt,
        schema.updatedAt,
      );
  }

  /** With its versions and their metadata. */
  deleteSchema(registryName: string, name: string): void {
    for (const version of this.versions(registryName, name))
      this.#db.prepare("DELETE FROM metadata WHERE versionId = ?").run(version.id);
    this.#db.prepare("DELETE FROM version WHERE registryName = ? AND schemaName = ?").run(registryName, name);
    this.#db.prepare("DELETE FROM schema WHERE registryName = ? AND name = ?").run(registryName, name);
  }

  versionById(id: string): SchemaVersion | undefined {
    const row = this.#db.prepare("SELECT * FROM version WHERE id = ?").get(id);
    return row && fromRow<SchemaVersion>(row);
  }

  /** In the order of their numbers. */
  versions(registryName: string, schemaName: string): SchemaVersion[] {
    const query = "SELECT * FROM version WHERE registryName = ? AND schemaName = ? ORDER BY number";
    return this.#db
      .prepare(query)
      .all(registryName, schemaName)
      .map(fromRow<SchemaVersion>);
  }

  addVersion(version: SchemaVersion): void {
    this.#db
      .prepare(
        "INSERT INTO version (id, registryName, schemaName, number, definition, createdAt) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(version.id, version.registryName, version.schemaName, version.number, version.definition, version.createdAt);
  }

  /** The latest value of a key first. */
  metadata(versionId: string): Metadata[] {
    const query =
      "SELECT key, value, createdAt FROM metadata WHERE versionId = ? ORDER BY key, createdAt DESC, rowid DESC";
    return this.#db
      .prepare(query)
      .all(versionId)
      .map(fromRow<Metadata>);
  }

  /** False when the version has this key and value already. */
  addMetadata(versionId: string, { key, value, createdAt }: Metadata): boolean {
    const put = this.#db.prepare(
      "INSERT OR IGNORE INTO metadata (versionId, key, value, createdAt) VALUES (?, ?, ?, ?)",
    );
    return put.run(versionId, key, value, createdAt).changes > 0;
  }

  /** False when there was none. */
  removeMetadata(versionId: string, key: string, value: string): boolean {
    const remove = this.#db.prepare("DELETE FROM metadata WHERE versionId = ? AND key = ? AND value = ?");
    return remove.run(versionId, key, value).changes > 0;
  }

  tags(arn: string): Record<string, string> {
    const rows = this.#db.prepare("SELECT name, value FROM tag WHERE arn = ? ORDER BY name").all(arn);
    return Object.fromEntries(rows.map((row) => [String(row["name"]), String(row["value"])]));
  }

  putTags(arn: string, tags: Readonly<Record<string, string>>): void {
    const put = this.#db.prepare("INSERT OR REPLACE INTO tag (arn, name, value) VALUES (?, ?, ?)");
    for (const [name, value] of Object.entries(tags)) put.run(arn, name, value);
  }

  /** All of them when no names are given. */
  removeTags(arn: string, names: readonly string[] = Object.keys(this.tags(arn))): void {
    const remove = this.#db.prepare("DELETE FROM tag WHERE arn = ? AND name = ?");
    for (const name of names) remove.run(arn, name);
  }
}
