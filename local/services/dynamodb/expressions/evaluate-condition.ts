import { type AttributeMap, type AttributeValue, typeOf } from "../attribute-value.ts";
import { compareValues, equalValues } from "../compare-values.ts";
import { binaryBytes } from "../item-size.ts";
import { valueAt } from "./document-path.ts";
import type { BoundCondition, BoundOperand, Comparator } from "./syntax.ts";

const sizeOf = (value: AttributeValue): number | undefined => {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("B" in value) return binaryBytes(value.B);
  if ("SS" in value) return value.SS.length;
  if ("NS" in value) return value.NS.length;
  if ("BS" in value) return value.BS.length;
  if ("L" in value) return value.L.length;
  if ("M" in value) return Object.keys(value.M).length;
  return undefined;
};

const resolve = (operand: BoundOperand, item: AttributeMap): AttributeValue | undefined => {
  switch (operand.kind) {
    case "path":
      return valueAt(item, operand.path);
    case "value":
      return operand.value;
    case "function": {
      const [argument] = operand.operands;
      const value = argument === undefined ? undefined : resolve(argument, item);
      const size = value === undefined ? undefined : sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
};

const holds = (operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean => {
  if (operator === "<>") return !(left !== undefined && right !== undefined && equalValues(left, right));
  if (left === undefined || right === undefined) return false;
  if (operator === "=") return equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
};

const contains = (value: AttributeValue, part: AttributeValue): boolean => {
  if ("S" in value) return "S" in part && value.S.includes(part.S);
  if ("B" in value) return "B" in part && Buffer.from(value.B, "base64").includes(Buffer.from(part.B, "base64"));
  if ("SS" in value) return "S" in part && value.SS.includes(part.S);
  if ("NS" in value) return "N" in part && value.NS.includes(part.N);
  if ("BS" in value) return "B" in part && value.BS.includes(part.B);
  return "L" in value && value.L.some((element) => equalValues(element, part));
};

const beginsWith = (value: AttributeValue, prefix: AttributeValue): boolean => {
  if ("S" in value) return "S" in prefix && value.S.startsWith(prefix.S);
  if (!("B" in value && "B" in prefix)) return false;
  const [whole, part] = [Buffer.from(value.B, "base64"), Buffer.from(prefix.B, "base64")];
  return whole.subarray(0, part.length).equals(part);
};

const call = (name: string, operands: readonly BoundOperand[], item: AttributeMap): boolean => {
  const [first, second] = operands.map((operand) => resolve(operand, item));
  if (name === "attribute_exists") return first !== undefined;
  if (name === "attribute_not_exists") return first === undefined;
  if (first === undefined || second === undefined) return false;
  if (name === "attribute_type") return "S" in second && typeOf(first) === second.S;
  return name === "contains" ? contains(first, second) : beginsWith(first, second);
};

/** Whether an item meets a condition. An item that does not exist is an empty one. */
export const meets = (condition: BoundCondition, item: AttributeMap): boolean => {
  switch (condition.kind) {
    case "and":
      return meets(condition.left, item) && meets(condition.right, item);
    case "or":
      return meets(condition.left, item) || meets(condition.right, item);
    case "not":
      return !meets(condition.condition, item);
    case "compare":
      return holds(condition.operator, resolve(condition.left, item), resolve(condition.right, item));
    case "between": {
      const value = resolve(condition.operand, item);
      return holds(">=", value, resolve(condition.lower, item)) && holds("<=", value, resolve(condition.upper, item));
    }
    case "in": {
      const value = resolve(condition.operand, item);
      return condition.candidates.some((candidate) => holds("=", value, resolve(candidate, item)));
    }
    case "function":
      return call(condition.name, condition.operands, item);
  }
};
