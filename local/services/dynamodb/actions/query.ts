import { capacityDetail } from "../capacity.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readCondition, readProjection } from "../expressions/expressions.ts";
import { type KeyCondition, keyCondition, type RangeCondition } from "../expressions/key-condition.ts";
import type { BoundCondition } from "../expressions/syntax.ts";
import { keyAttributes } from "../item-keys.ts";
import { assertProjected, conditionPaths, pageAnswer, readIndex, readSelect, readStart } from "../page-request.ts";
import { Parameters } from "../parameters.ts";
import { readPage } from "../read-page.ts";
import type { Table } from "../storage/catalog.ts";
import type { Bound } from "../storage/item-store.ts";
import { afterPrefix, compareParts, type StoragePart, storagePart } from "../storage/storage-key.ts";
import type { IndexDefinition } from "../storage/table-definition.ts";

const known = [
  "TableName",
  "IndexName",
  "KeyConditionExpression",
  "FilterExpression",
  "ProjectionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "ExclusiveStartKey",
  "Limit",
  "ScanIndexForward",
  "ConsistentRead",
  "Select",
  "ReturnConsumedCapacity",
];

const boundsOf = (range: RangeCondition | undefined): readonly Bound[] => {
  if (range === undefined) return [];
  const value = storagePart(range.value);
  if (range.operator === "between")
    return [
      { operator: ">=", value },
      { operator: "<=", value: storagePart(range.upper) },
    ];
  if (range.operator !== "begins_with") return [{ operator: range.operator, value }];
  const end = afterPrefix(value);
  return [{ operator: ">=", value }, ...(end === undefined ? [] : [{ operator: "<" as const, value: end }])];
};

const within = (bound: Bound, value: StoragePart): boolean => {
  const difference = compareParts(value, bound.value);
  switch (bound.operator) {
    case "=":
      return difference === 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
  }
};

/** A page can only start inside what the query asks for. */
const assertStartInside = (
  start: readonly StoragePart[] | undefined,
  { hash }: KeyCondition,
  bounds: readonly Bound[],
) => {
  const [startHash, startRange] = start ?? [];
  if (startHash === undefined || startRange === undefined) return;
  if (compareParts(startHash, storagePart(hash)) !== 0)
    throw validationError("The provided starting key is outside query boundaries based on provided conditions");
  if (bounds.some((bound) => !within(bound, startRange)))
    throw validationError("The provided starting key does not match the range key predicate");
};

const assertNoKeyInFilter = (table: Table, index: IndexDefinition | undefined, filter: BoundCondition | undefined) => {
  if (filter === undefined) return;
  const keys = new Set(keyAttributes(index ?? table.definition).map(({ name }) => name));
  const name = conditionPaths(filter)
    .map(([first]) => String(first))
    .find((each) => keys.has(each));
  if (name !== undefined)
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
};

export const query: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, known);
    const name = parameters.requiredString("TableName");
    const detail = capacityDetail(parameters);
    const limit = parameters.integer("Limit", 1);
    const start = parameters.map("ExclusiveStartKey");
    if (!parameters.has("KeyConditionExpression"))
      throw validationError(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
      );
    const bindings = new Bindings(input, ["FilterExpression", "KeyConditionExpression"], true);
    const condition = readCondition(
      "KeyConditionExpression",
      parameters.requiredString("KeyConditionExpression"),
      bindings,
    );
    const filter = readCondition("FilterExpression", parameters.string("FilterExpression"), bindings);
    const paths = readProjection(parameters.string("ProjectionExpression"), bindings);
    bindings.assertAllUsed();
    const table = engine.catalog.table(name);
    const index = readIndex(table, parameters);
    const { countOnly } = readSelect(parameters, index, paths);
    const consistent = parameters.boolean("ConsistentRead") ?? false;
    if (consistent && index !== undefined)
      throw validationError("Consistent reads are not supported on global secondary indexes");
    assertNoKeyInFilter(table, index, filter);
    assertProjected(table, index, paths, filter);
    const source = index ?? table.definition;
    if (condition === undefined) throw validationError("Query key condition not supported");
    const asked = keyCondition(condition, source.hash, source.range);
    const range = boundsOf(asked.range);
    const after = readStart(table, index, start);
    assertStartInside(after, asked, range);
    const selection = {
      ...(index === undefined ? {} : { index }),
      hash: storagePart(asked.hash),
      range,
      ...(after === undefined ? {} : { after }),
      forward: parameters.boolean("ScanIndexForward") ?? true,
    };
    const page = readPage({ table, selection, filter, paths, limit, countOnly });
    return pageAnswer(page, { table, index, countOnly, consistent, detail });
  },
};
