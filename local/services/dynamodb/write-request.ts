import type { AttributeMap, Item } from "./attribute-value.ts";
import type { Engine } from "./engine.ts";
import { conditionFailed, validationError } from "./errors.ts";
import { applyUpdate } from "./expressions/apply-update.ts";
import { updatedPaths } from "./expressions/bind-update.ts";
import { Bindings } from "./expressions/bindings.ts";
import { meets } from "./expressions/evaluate-condition.ts";
import { readCondition, readUpdate } from "./expressions/expressions.ts";
import type { BoundCondition, BoundUpdate } from "./expressions/syntax.ts";
import { keyAttributes, keyOfNewItem, type PrimaryKey, primaryKey } from "./item-keys.ts";
import { assertStorable, type Change, currentItem } from "./item-writer.ts";
import type { Parameters } from "./parameters.ts";
import type { Table } from "./storage/catalog.ts";

/** A Put, Update, Delete or ConditionCheck, read and checked, yet to meet its item. */
export interface WriteRequest {
  readonly table: Table;
  readonly key: PrimaryKey;
  readonly condition: BoundCondition | undefined;
  readonly returnsOldOnFailure: boolean;
  readonly update?: BoundUpdate;
  /** What is checked before the condition; within a transaction its failure is a reason of the cancellation. */
  readonly validate?: () => void;
  /** The item afterwards, undefined for none. Throws when an update does not fit the item. */
  readonly next: (old: Item | undefined) => Item | undefined;
}

const conditional = ["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"] as const;
const onFailure = "ReturnValuesOnConditionCheckFailure";

/** The parameters each kind of write has, alone and within a transaction. */
export const writeParameters = {
  Put: ["TableName", "Item", ...conditional, onFailure],
  Update: ["TableName", "Key", "UpdateExpression", ...conditional, onFailure],
  Delete: ["TableName", "Key", ...conditional, onFailure],
  ConditionCheck: ["TableName", "Key", ...conditional, onFailure],
} as const;

const returnsOldOnFailure = (parameters: Parameters): boolean =>
  parameters.oneOf(onFailure, ["ALL_OLD", "NONE"]) === "ALL_OLD";

const readConditionOnly = (parameters: Parameters): BoundCondition | undefined => {
  const bindings = new Bindings(parameters.input, ["ConditionExpression"]);
  const condition = readCondition("ConditionExpression", parameters.string("ConditionExpression"), bindings);
  bindings.assertAllUsed();
  return condition;
};

export const readPut = (engine: Engine, parameters: Parameters): WriteRequest => {
  const name = parameters.requiredString("TableName");
  const item = parameters.requiredMap("Item");
  const condition = readConditionOnly(parameters);
  const table = engine.catalog.table(name);
  return {
    table,
    key: keyOfNewItem(table.definition, item),
    condition,
    returnsOldOnFailure: returnsOldOnFailure(parameters),
    validate: () => assertStorable(table.definition, item, false),
    next: () => item,
  };
};

const readKeyed = (engine: Engine, parameters: Parameters): { table: Table; key: () => PrimaryKey } => {
  const name = parameters.requiredString("TableName");
  const attributes: AttributeMap = parameters.requiredMap("Key");
  const table = engine.catalog.table(name);
  return { table, key: () => primaryKey(table.definition, attributes) };
};

export const readDelete = (engine: Engine, parameters: Parameters): WriteRequest => {
  const { table, key } = readKeyed(engine, parameters);
  const condition = readConditionOnly(parameters);
  return {
    table,
    key: key(),
    condition,
    returnsOldOnFailure: returnsOldOnFailure(parameters),
    next: () => undefined,
  };
};

export const readConditionCheck = (engine: Engine, parameters: Parameters): WriteRequest => {
  parameters.requiredString("ConditionExpression");
  return { ...readDelete(engine, parameters), next: (old) => old };
};

export const readUpdateRequest = (engine: Engine, parameters: Parameters): WriteRequest => {
  const { table, key: readKey } = readKeyed(engine, parameters);
  const bindings = new Bindings(parameters.input, ["UpdateExpression", "ConditionExpression"]);
  const update = readUpdate(parameters.string("UpdateExpression"), bindings);
  const condition = readCondition("ConditionExpression", parameters.string("ConditionExpression"), bindings);
  bindings.assertAllUsed();
  const key = readKey();
  const keyNames = keyAttributes(table.definition).map(({ name }) => name);
  for (const [step] of update === undefined ? [] : updatedPaths(update))
    if (keyNames.some((name) => name === step))
      throw validationError(
        `One or more parameter values were invalid: Cannot update attribute ${step}. This attribute is part of the key`,
      );
  const next = (old: Item | undefined): Item => {
    const base = old ?? key.attributes;
    const item = update === undefined ? base : applyUpdate(base, update);
    assertStorable(table.definition, item, true);
    return item;
  };
  return {
    table,
    key,
    condition,
    returnsOldOnFailure: returnsOldOnFailure(parameters),
    ...(update === undefined ? {} : { update }),
    next,
  };
};

/** Meets the item: evaluates the condition and works out the change, writing nothing. Throws what AWS answers. */
export const plan = (request: WriteRequest): Change => {
  const { table, key, condition } = request;
  request.validate?.();
  const old = currentItem(table, key);
  if (condition !== undefined && !meets(condition, old?.item ?? {}))
    throw conditionFailed(request.returnsOldOnFailure ? old?.item : undefined);
  return { table, key, old, next: request.next(old?.item) };
};

/** Two writes of one request to the same item are refused; this tells which item a write is for. */
export const itemIdentity = ({ table, key }: { table: Table; key: PrimaryKey }): string =>
  JSON.stringify([table.definition.name, key.attributes]);
