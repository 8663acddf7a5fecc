import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { ReadModelDocument } from "../../kernel/service.ts";
import type { Filter, FoundDocument, Page, Query, Search } from "../../ports/read-model-store.ts";
import { decodeCursor, encodeCursor } from "../read-model/cursor.ts";
import { MARK, markedLines } from "../read-model/highlights.ts";
import { column, type DocumentTable } from "./document-table.ts";

interface FoundRow {
  readonly id: string;
  readonly version: number;
  readonly document: string;
  readonly key: string | number | null;
  readonly [highlight: `h${number}`]: string | null;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const OPERATORS = { equals: "=", from: ">=", to: "<=" } as const;

const filterCondition = ({ field, operator, value }: Filter): Condition => ({
  sql: `d.${column(field)} ${OPERATORS[operator]} ?`,
  values: [typeof value === "boolean" ? Number(value) : value],
});

const where = (conditions: readonly Condition[]): Condition => ({
  sql: ["d.document IS NOT NULL", ...conditions.map(({ sql }) => sql)].join(" AND "),
  values: conditions.flatMap(({ values }) => values),
});

const pageOf = (
  rows: readonly FoundRow[],
  limit: number,
  total: number,
  cursorOf: (row: FoundRow) => string,
  textFields: readonly string[] = [],
): Page => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => found(row, textFields)),
    ...(rows.length > limit && last !== undefined ? { cursor: cursorOf(last) } : {}),
    total,
  };
};

const found = (row: FoundRow, textFields: readonly string[]): FoundDocument => {
  const document = JSON.parse(row.document) as ReadModelDocument;
  if (textFields.length === 0) return { id: row.id, version: row.version, document };
  const highlights: Record<string, string[]> = {};
  for (const [index, field] of textFields.entries()) {
    const lines = markedLines(row[`h${index}`] ?? "");
    if (lines.length > 0) highlights[field] = lines;
  }
  return { id: row.id, version: row.version, document, highlights };
};

const count = (database: DatabaseSync, from: string, { sql, values }: Condition): number => {
  const row = database.prepare(`SELECT count(*) AS total FROM ${from} WHERE ${sql}`).get(...values);
  return Number(row?.["total"]);
};

/** Behind the last row of the page before, in the order of `sort`: by value, missing ones last, then by id. */
const afterCursor = (query: Query): Condition[] => {
  if (query.cursor === undefined) return [];
  const [key, id] = decodeCursor(query.cursor);
  if (query.sort === undefined) return [{ sql: "d.id > ?", values: [id] }];
  const name = `d.${column(query.sort.field)}`;
  if (key === null) return [{ sql: `(${name} IS NULL AND d.id > ?)`, values: [id] }];
  const beyond = query.sort.direction === "asc" ? ">" : "<";
  return [{ sql: `(${name} ${beyond} ? OR ${name} IS NULL OR (${name} = ? AND d.id > ?))`, values: [key, key, id] }];
};

export const queryPage = (database: DatabaseSync, table: DocumentTable, query: Query): Page => {
  const filters = query.filters.map(filterCondition);
  const { sql, values } = where([...filters, ...afterCursor(query)]);
  const key = query.sort === undefined ? "d.id" : `d.${column(query.sort.field)}`;
  const order = query.sort === undefined ? "d.id" : `${key} ${query.sort.direction} NULLS LAST, d.id`;
  const rows = database
    .prepare(
      `SELECT d.id, d.version, d.document, ${key} AS key FROM ${table.table} d WHERE ${sql} ORDER BY ${order} LIMIT ?`,
    )
    .all(...values, query.limit + 1) as unknown as FoundRow[];
  const total = count(database, `${table.table} d`, where(filters));
  return pageOf(rows, query.limit, total, (row) => encodeCursor([row.key, row.id]));
};

/** Each word as a string of FTS5, so that none of its operators is understood: all have to occur. */
const matchExpression = (text: string): string =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`).join(" ");

export const searchPage = (database: DatabaseSync, table: DocumentTable, search: Search): Page => {
  const match = matchExpression(search.text);
  if (match === "") return { items: [], total: 0 };
  const from = `${table.textTable} t JOIN ${table.table} d ON d.row = t.rowid`;
  const matching: Condition = { sql: `${table.textTable} MATCH ?`, values: [match] };
  const filters = [matching, ...search.filters.map(filterCondition)];
  const [rank, id] = search.cursor === undefined ? [] : decodeCursor(search.cursor);
  const after: Condition[] =
    rank === undefined || id === undefined
      ? []
      : [{ sql: "(t.rank > ? OR (t.rank = ? AND d.id > ?))", values: [rank, rank, id] }];
  const { sql, values } = where([...filters, ...after]);
  const highlights = table.textFields.map(
    (_, index) => `, highlight(${table.textTable}, ${index}, '${MARK.begin}', '${MARK.end}') AS h${index}`,
  );
  const rows = database
    .prepare(
      `SELECT d.id, d.version, d.document, t.rank AS key ${highlights.join("")}
       FROM ${from} WHERE ${sql} ORDER BY t.rank, d.id LIMIT ?`,
    )
    .all(...values, search.limit + 1) as unknown as FoundRow[];
  const total = count(database, from, where(filters));
  return pageOf(rows, search.limit, total, (row) => encodeCursor([row.key, row.id]), table.textFields);
};
