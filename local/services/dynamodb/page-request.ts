import { type AttributeMap, typeOf } from "./attribute-value.ts";
import { type CapacityDetail, ConsumedUnits, readUnits } from "./capacity.ts";
import type { Answer } from "./engine.ts";
import { validationError } from "./errors.ts";
import type { BoundCondition, BoundOperand, Path } from "./expressions/syntax.ts";
import { keyAttributes } from "./item-keys.ts";
import type { Parameters } from "./parameters.ts";
import type { Page } from "./read-page.ts";
import type { Table } from "./storage/catalog.ts";
import { noRange, type StoragePart, storageKey } from "./storage/storage-key.ts";
import type { IndexDefinition } from "./storage/table-definition.ts";

const selects = ["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"] as const;

/** The index a Query or Scan names; undefined for the table itself. */
export const readIndex = (table: Table, parameters: Parameters): IndexDefinition | undefined => {
  const name = parameters.string("IndexName");
  if (name === undefined) return undefined;
  const index = table.definition.indexes.find((each) => each.name === name);
  if (index === undefined) throw validationError(`The table does not have the specified index: ${name}`);
  return index;
};

/** Checks `Select` against index and projection; tells whether only the count is wanted. */
export const readSelect = (
  parameters: Parameters,
  index: IndexDefinition | undefined,
  paths: readonly Path[] | undefined,
): { countOnly: boolean } => {
  const select = parameters.oneOf("Select", selects);
  if (select === "ALL_PROJECTED_ATTRIBUTES" && index === undefined)
    throw validationError("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  if (select === "SPECIFIC_ATTRIBUTES" && paths === undefined)
    throw validationError(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  if (select === "COUNT" && paths !== undefined)
    throw validationError("Cannot specify the ProjectionExpression when choosing to get only the Count");
  if (select?.startsWith("ALL_") && paths !== undefined)
    throw validationError(`Cannot specify the ProjectionExpression when choosing to get ${select}`);
  if (select === "ALL_ATTRIBUTES" && index !== undefined && index.projection.type !== "ALL")
    throw validationError(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  return { countOnly: select === "COUNT" };
};

const topLevel = (paths: readonly Path[]): string[] => [...new Set(paths.map(([name]) => String(name)))];

const operandPaths = (operand: BoundOperand): readonly Path[] =>
  operand.kind === "path" ? [operand.path] : operand.kind === "function" ? operand.operands.flatMap(operandPaths) : [];

/** Every path a condition reads. */
export const conditionPaths = (condition: BoundCondition): readonly Path[] => {
  switch (condition.kind) {
    case "and":
    case "or":
      return [...conditionPaths(condition.left), ...conditionPaths(condition.right)];
    case "not":
      return conditionPaths(condition.condition);
    case "compare":
      return [condition.left, condition.right].flatMap(operandPaths);
    case "between":
      return [condition.operand, condition.lower, condition.upper].flatMap(operandPaths);
    case "in":
      return [condition.operand, ...condition.candidates].flatMap(operandPaths);
    case "function":
      return condition.operands.flatMap(operandPaths);
  }
};

/** A global index can only give what it holds. */
export const assertProjected = (
  table: Table,
  index: IndexDefinition | undefined,
  paths: readonly Path[] | undefined,
  filter: BoundCondition | undefined,
): void => {
  if (index === undefined || index.projection.type === "ALL") return;
  const held = new Set([
    ...[...keyAttributes(table.definition), ...keyAttributes(index)].map(({ name }) => name),
    ...index.projection.nonKeyAttributes,
  ]);
  const absent = (names: readonly string[]) => names.filter((name) => !held.has(name));
  const wanted = absent(topLevel(paths ?? []));
  if (wanted.length > 0)
    throw validationError(
      `One or more parameter values were invalid: Global secondary index ${index.name} does not project [${wanted.join(", ")}]`,
    );
  const filtered = absent(topLevel(filter === undefined ? [] : conditionPaths(filter)));
  if (filtered.length > 0)
    throw validationError(
      `One or more parameter values were invalid: Secondary index ${index.name} does not project one or more filter attributes: [${filtered.join(", ")}]`,
    );
};

/** `ExclusiveStartKey`, encoded as a position in the table or index. */
export const readStart = (
  table: Table,
  index: IndexDefinition | undefined,
  start: AttributeMap | undefined,
): readonly StoragePart[] | undefined => {
  if (start === undefined) return undefined;
  const expected = [
    ...new Map(
      [...keyAttributes(table.definition), ...(index === undefined ? [] : keyAttributes(index))].map((each) => [
        each.name,
        each,
      ]),
    ).values(),
  ];
  const matches =
    Object.keys(start).length === expected.length &&
    expected.every(({ name, type }) => {
      const value = start[name];
      return value !== undefined && typeOf(value) === type;
    });
  if (!matches)
    throw validationError("The provided starting key is invalid: The provided key element does not match the schema");
  const { hash, range } = table.definition;
  const own = storageKey(start, hash, range) ?? [noRange, noRange];
  if (index === undefined) return own;
  return [...(storageKey(start, index.hash, index.range) ?? [noRange, noRange]), ...own];
};

/** The answer of Query and Scan alike. */
export const pageAnswer = (
  page: Page,
  context: {
    readonly table: Table;
    readonly index: IndexDefinition | undefined;
    readonly countOnly: boolean;
    readonly consistent: boolean;
    readonly detail: CapacityDetail;
  },
): Answer => {
  const units = new ConsumedUnits(context.table.definition.name);
  const consumed = readUnits(page.bytes, context.consistent);
  if (context.index === undefined) units.addTable(consumed);
  else units.addIndex(context.index.name, consumed);
  const capacity = units.describe(context.detail);
  return {
    ...(context.countOnly ? {} : { Items: page.items }),
    Count: page.count,
    ScannedCount: page.scannedCount,
    ...(page.lastKey === undefined ? {} : { LastEvaluatedKey: page.lastKey }),
    ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
  };
};
