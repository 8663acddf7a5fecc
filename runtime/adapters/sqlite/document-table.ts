import type { DatabaseSync } from "node:sqlite";
import type { FieldType, ProjectionDefinition } from "../../kernel/service.ts";

const COLUMN_TYPES: Record<Exclude<FieldType, "text">, string> = {
  keyword: "TEXT",
  integer: "INTEGER",
  double: "REAL",
  boolean: "INTEGER",
  date: "TEXT",
};

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Field names of a projection that get a column, and those that get full text. */
export interface DocumentTable {
  readonly table: string;
  readonly textTable: string;
  readonly scalarFields: readonly string[];
  readonly textFields: readonly string[];
}

/** Named by the fields as well, so that a changed projection begins afresh instead of in a table that does not fit. */
export const documentTable = (projection: ProjectionDefinition, digest: (text: string) => string): DocumentTable => {
  const fields = Object.entries(projection.fields);
  const version = digest(JSON.stringify(fields)).slice(0, 8);
  return {
    table: quoted(`${projection.name}-${version}`),
    textTable: quoted(`${projection.name}-${version}-text`),
    scalarFields: fields.flatMap(([name, type]) => (type === "text" ? [] : [name])),
    textFields: fields.flatMap(([name, type]) => (type === "text" ? [name] : [])),
  };
};

/** Fields are columns under `f:`, out of the way of the table's own. */
export const column = (field: string): string => quoted(`f:${field}`);

export const createTables = (database: DatabaseSync, projection: ProjectionDefinition, table: DocumentTable): void => {
  const { fields } = projection;
  const columns = table.scalarFields.map((field) => {
    const type = fields[field];
    return `${column(field)} ${type === undefined || type === "text" ? "TEXT" : COLUMN_TYPES[type]}`;
  });
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table.table} (
       row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, document TEXT
       ${columns.map((definition) => `, ${definition}`).join("")})`,
  );
  for (const field of table.scalarFields) {
    const index = quoted(`${table.table.slice(1, -1)}-by-${field}`);
    database.exec(
      `CREATE INDEX IF NOT EXISTS ${index} ON ${table.table} (${column(field)}, id) WHERE document IS NOT NULL`,
    );
  }
  if (table.textFields.length === 0) return;
  database.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS ${table.textTable} USING fts5(
       ${table.textFields.map(column).join(", ")}, tokenize = "unicode61 remove_diacritics 2")`,
  );
};
