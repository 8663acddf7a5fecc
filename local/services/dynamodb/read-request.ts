import type { Item } from "./attribute-value.ts";
import type { Engine } from "./engine.ts";
import { Bindings } from "./expressions/bindings.ts";
import { project } from "./expressions/document-path.ts";
import { readProjection } from "./expressions/expressions.ts";
import type { Path } from "./expressions/syntax.ts";
import { type PrimaryKey, primaryKey } from "./item-keys.ts";
import type { Parameters } from "./parameters.ts";
import type { Table } from "./storage/catalog.ts";

/** The parameters that say which attributes to give back. */
export const projecting = ["ProjectionExpression", "ExpressionAttributeNames"];

/** The read of one item, checked. */
export interface Read {
  readonly table: Table;
  readonly key: PrimaryKey;
  readonly paths: readonly Path[] | undefined;
}

export const readPaths = (parameters: Parameters): readonly Path[] | undefined => {
  const bindings = new Bindings(parameters.input, [], true);
  const paths = readProjection(parameters.string("ProjectionExpression"), bindings);
  bindings.assertAllUsed();
  return paths;
};

/** Reads `TableName`, `Key` and the projection. */
export const readOne = (engine: Engine, parameters: Parameters): Read => {
  const name = parameters.requiredString("TableName");
  const attributes = parameters.requiredMap("Key");
  const paths = readPaths(parameters);
  const table = engine.catalog.table(name);
  return { table, key: primaryKey(table.definition, attributes), paths };
};

/** The item, or the part of it that was asked for, and the bytes that were read. */
export const fetchItem = ({ table, key, paths }: Read): { item: Item | undefined; size: number } => {
  const row = table.items.find(key.pk, key.sk);
  if (row === undefined) return { item: undefined, size: 0 };
  const item = JSON.parse(row.item) as Item;
  return { item: paths === undefined ? item : project(item, paths), size: row.size };
};
