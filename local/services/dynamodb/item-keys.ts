import { type AttributeMap, emptyMap, type Item, typeOf } from "./attribute-value.ts";
import { validationError } from "./errors.ts";
import type { KeyAttribute } from "./expressions/key-condition.ts";
import { valueBytes } from "./item-size.ts";
import { noRange, type StoragePart, storagePart } from "./storage/storage-key.ts";
import type { IndexDefinition, TableDefinition } from "./storage/table-definition.ts";

/** A primary key: its attributes, and encoded for storage. */
export interface PrimaryKey {
  readonly attributes: AttributeMap;
  readonly pk: StoragePart;
  readonly sk: StoragePart;
}

const maximumHashBytes = 2048;
const maximumRangeBytes = 1024;

export const keyAttributes = (table: { hash: KeyAttribute; range?: KeyAttribute }): readonly KeyAttribute[] =>
  table.range === undefined ? [table.hash] : [table.hash, table.range];

const emptyKind = (attributes: AttributeMap, { name }: KeyAttribute): "string" | "binary" | undefined => {
  const value = attributes[name];
  if (value !== undefined && "S" in value && value.S === "") return "string";
  return value !== undefined && "B" in value && value.B === "" ? "binary" : undefined;
};

const encode = (table: TableDefinition, attributes: AttributeMap): PrimaryKey => {
  const parts = keyAttributes(table).map((attribute, position) => {
    const value = attributes[attribute.name];
    if (value === undefined) throw new Error(`the key lacks ${attribute.name}`);
    const empty = emptyKind(attributes, attribute);
    if (empty !== undefined)
      throw validationError(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${attribute.name}`,
      );
    const size = valueBytes(value);
    if (position === 0 && size > maximumHashBytes)
      throw validationError(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
      );
    if (position === 1 && size > maximumRangeBytes)
      throw validationError(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
      );
    return storagePart(value);
  });
  return { attributes, pk: parts[0] ?? "", sk: parts[1] ?? noRange };
};

/** The key of a `Key` parameter: exactly the key attributes, of their types. */
export const primaryKey = (table: TableDefinition, key: AttributeMap): PrimaryKey => {
  const expected = keyAttributes(table);
  const matches =
    Object.keys(key).length === expected.length &&
    expected.every(({ name, type }) => {
      const value = key[name];
      return value !== undefined && typeOf(value) === type;
    });
  if (!matches) throw validationError("The provided key element does not match the schema");
  return encode(table, key);
};

/** The key within an item to put. */
export const keyOfNewItem = (table: TableDefinition, item: Item): PrimaryKey => {
  for (const { name, type } of keyAttributes(table)) {
    const value = item[name];
    if (value === undefined)
      throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (typeOf(value) !== type)
      throw validationError(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
      );
  }
  return encode(table, keyOf(table, item));
};

/** The key attributes of an item of the table. */
export const keyOf = (table: { hash: KeyAttribute; range?: KeyAttribute }, item: Item): AttributeMap => {
  const attributes = emptyMap();
  for (const { name } of keyAttributes(table)) {
    const value = item[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
};

/** The attributes an index holds of an item. */
export const projectedOnto = (index: IndexDefinition, table: TableDefinition, item: Item): Item => {
  if (index.projection.type === "ALL") return item;
  const result = Object.assign(emptyMap(), keyOf(table, item), keyOf(index, item));
  for (const name of index.projection.nonKeyAttributes) {
    const value = item[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
};

/** Throws when an attribute that an index has as its key is of another type or empty. */
export const assertIndexKeys = (table: TableDefinition, item: Item): void => {
  for (const index of table.indexes)
    for (const attribute of keyAttributes(index)) {
      const value = item[attribute.name];
      if (value === undefined) continue;
      if (typeOf(value) !== attribute.type)
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      const empty = emptyKind(item, attribute);
      if (empty !== undefined)
        throw validationError(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${index.name}, IndexKey: ${attribute.name}`,
        );
    }
};
