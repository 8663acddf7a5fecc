import { type AttributeType, type AttributeValue, typeOf } from "../attribute-value.ts";
import { validationError } from "../errors.ts";
import type { BoundCondition, BoundOperand, Comparator } from "./syntax.ts";

/** The name and type of a key attribute. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}

export type RangeCondition =
  | { readonly operator: Exclude<Comparator, "<>"> | "begins_with"; readonly value: AttributeValue }
  | { readonly operator: "between"; readonly value: AttributeValue; readonly upper: AttributeValue };

/** One partition, and which part of it. */
export interface KeyCondition {
  readonly hash: AttributeValue;
  readonly range: RangeCondition | undefined;
}

const mirrored: Record<Comparator, Comparator> = { "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

const unsupported = (operator: string) =>
  validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);

const attributeName = (operand: BoundOperand): string => {
  if (operand.kind === "function") throw validationError("KeyConditionExpressions cannot contain nested operations");
  if (operand.kind === "value")
    throw validationError(
      "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    );
  if (operand.path.length > 1)
    throw validationError("KeyConditionExpressions cannot have conditions on nested attributes");
  return String(operand.path[0]);
};

const literal = (operand: BoundOperand): AttributeValue => {
  if (operand.kind === "function") throw validationError("KeyConditionExpressions cannot contain nested operations");
  if (operand.kind === "path")
    throw validationError(
      "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    );
  return operand.value;
};

type Named = { readonly name: string; readonly condition: RangeCondition };

const single = (node: BoundCondition): Named => {
  switch (node.kind) {
    case "compare": {
      const swapped = node.left.kind === "value";
      const [attribute, value] = swapped ? [node.right, node.left] : [node.left, node.right];
      const operator = swapped ? mirrored[node.operator] : node.operator;
      if (operator === "<>") throw unsupported(operator);
      return { name: attributeName(attribute), condition: { operator, value: literal(value) } };
    }
    case "between":
      return {
        name: attributeName(node.operand),
        condition: { operator: "between", value: literal(node.lower), upper: literal(node.upper) },
      };
    case "function": {
      const [attribute, value] = node.operands;
      if (node.name !== "begins_with" || attribute === undefined || value === undefined) throw unsupported(node.name);
      return { name: attributeName(attribute), condition: { operator: "begins_with", value: literal(value) } };
    }
    case "and":
    case "or":
    case "not":
    case "in":
      throw unsupported(node.kind.toUpperCase());
  }
};

const conjuncts = (node: BoundCondition): BoundCondition[] =>
  node.kind === "and" ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];

const assertType = (attribute: KeyAttribute, value: AttributeValue): void => {
  const type: AttributeType = typeOf(value);
  if (type !== attribute.type)
    throw validationError(
      "One or more parameter values were invalid: Condition parameter type does not match schema type",
    );
  if (("S" in value && value.S === "") || ("B" in value && value.B === ""))
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. Key: ${attribute.name}`,
    );
};

/** What a bound key condition asks of a table or index with this key. Throws where AWS would. */
export const keyCondition = (
  node: BoundCondition,
  hash: KeyAttribute,
  range: KeyAttribute | undefined,
): KeyCondition => {
  const conditions = new Map<string, RangeCondition>();
  for (const each of conjuncts(node)) {
    const { name, condition } = single(each);
    if (conditions.has(name)) throw validationError("KeyConditionExpressions must only contain one condition per key");
    conditions.set(name, condition);
  }
  if (conditions.size > 2) throw validationError("Conditions can be of length 1 or 2 only");
  const onHash = conditions.get(hash.name);
  if (onHash === undefined) throw validationError(`Query condition missed key schema element: ${hash.name}`);
  if (onHash.operator !== "=") throw validationError("Query key condition not supported");
  const onRange = range && conditions.get(range.name);
  if (conditions.size === 2 && onRange === undefined)
    throw validationError(`Query condition missed key schema element: ${range?.name ?? hash.name}`);
  assertType(hash, onHash.value);
  if (range && onRange) {
    assertType(range, onRange.value);
    if (onRange.operator === "between") assertType(range, onRange.upper);
  }
  return { hash: onHash.value, range: onRange };
};
