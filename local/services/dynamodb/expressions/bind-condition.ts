import { type AttributeType, attributeTypes, typeOf } from "../attribute-value.ts";
import { compareValues } from "../compare-values.ts";
import type { Bindings } from "./bindings.ts";
import {
  type BoundCondition,
  type BoundOperand,
  type ExpressionKind,
  formatPath,
  type Operand,
  type ParsedCondition,
} from "./syntax.ts";
import { invalidExpression } from "./token-stream.ts";

const operandCounts: ReadonlyMap<string, number> = new Map([
  ["attribute_exists", 1],
  ["attribute_not_exists", 1],
  ["attribute_type", 2],
  ["begins_with", 2],
  ["contains", 2],
  ["size", 1],
]);
const updateFunctions: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);

const ordered: readonly AttributeType[] = ["S", "N", "B"];
const sizeable: readonly AttributeType[] = ["S", "B", "SS", "NS", "BS", "L", "M"];

/** Puts names and values into a parsed condition and checks what does not depend on the item. */
class ConditionBinder {
  readonly #kind: ExpressionKind;
  readonly #bindings: Bindings;

  constructor(kind: ExpressionKind, bindings: Bindings) {
    this.#kind = kind;
    this.#bindings = bindings;
  }

  condition(node: ParsedCondition): BoundCondition {
    switch (node.kind) {
      case "and":
      case "or":
        return { kind: node.kind, left: this.condition(node.left), right: this.condition(node.right) };
      case "not":
        return { kind: "not", condition: this.condition(node.condition) };
      case "compare": {
        const [left, right] = [this.#operand(node.left), this.#operand(node.right)];
        this.#distinct(node.operator, [left, right]);
        if (node.operator !== "=" && node.operator !== "<>")
          for (const operand of [left, right]) this.#literalIs(node.operator, operand, ordered);
        return { ...node, left, right };
      }
      case "between":
        return this.#between(this.#operand(node.operand), this.#operand(node.lower), this.#operand(node.upper));
      case "in": {
        const operand = this.#operand(node.operand);
        const candidates = node.candidates.map((candidate) => this.#operand(candidate));
        if (candidates.length > 100)
          throw this.#error(
            `The IN operator is provided with too many operands; number of operands: ${candidates.length}`,
          );
        return { kind: "in", operand, candidates };
      }
      case "function":
        if (node.name === "size")
          throw this.#error("The function is not allowed to be used this way in an expression; function: size");
        return { kind: "function", name: node.name, operands: this.#call(node.name, node.operands) };
    }
  }

  #error(detail: string) {
    return invalidExpression(this.#kind, detail);
  }

  #operand(node: Operand<string>): BoundOperand {
    switch (node.kind) {
      case "path":
        return { kind: "path", path: this.#bindings.path(this.#kind, node.path) };
      case "value":
        return { kind: "value", value: this.#bindings.value(this.#kind, node.value) };
      case "function": {
        const operands = this.#call(node.name, node.operands);
        if (node.name !== "size")
          throw this.#error(`The function is not allowed to be used this way in an expression; function: ${node.name}`);
        return { kind: "function", name: node.name, operands };
      }
    }
  }

  #between(operand: BoundOperand, lower: BoundOperand, upper: BoundOperand): BoundCondition {
    for (const each of [operand, lower, upper]) this.#literalIs("BETWEEN", each, ordered);
    if (lower.kind === "value" && upper.kind === "value") {
      const order = compareValues(lower.value, upper.value);
      const print = (bound: typeof lower) => {
        const type = typeOf(bound.value);
        return `AttributeValue: {${type}:${Object.values(bound.value)[0]}}`;
      };
      const bounds = `lower bound operand: ${print(lower)}, upper bound operand: ${print(upper)}`;
      if (order === undefined)
        throw this.#error(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
      if (order > 0)
        throw this.#error(
          `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
        );
    }
    return { kind: "between", operand, lower, upper };
  }

  #call(name: string, nodes: readonly Operand<string>[]): readonly BoundOperand[] {
    if (updateFunctions.has(name))
      throw this.#error(`The function is not allowed in a condition expression; function: ${name}`);
    const count = operandCounts.get(name);
    if (count === undefined) throw this.#error(`Invalid function name; function: ${name}`);
    const operands = nodes.map((node) => this.#operand(node));
    if (operands.length !== count)
      throw this.#error(
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
    this.#checkOperands(name, operands);
    return operands;
  }

  #checkOperands(name: string, operands: readonly BoundOperand[]): void {
    const [first, second] = operands;
    if (first === undefined) return;
    if (name.startsWith("attribute_") && first.kind !== "path")
      throw this.#error(`Operator or function requires a document path; operator or function: ${name}`);
    if (name === "size") this.#literalIs(name, first, sizeable);
    if (second === undefined) return;
    this.#distinct(name, operands);
    if (name === "begins_with") for (const operand of operands) this.#literalIs(name, operand, ["S", "B"]);
    if (name === "attribute_type") this.#typeName(second);
  }

  #typeName(operand: BoundOperand): void {
    if (operand.kind !== "value" || !("S" in operand.value))
      throw this.#incorrectType("attribute_type", operand.kind === "value" ? typeOf(operand.value) : "path");
    const type = operand.value.S;
    if (!attributeTypes.some((known) => known === type))
      throw this.#error(`Invalid attribute type name found; type: ${type}, valid types: {${attributeTypes.join(",")}}`);
  }

  #literalIs(operator: string, operand: BoundOperand, types: readonly AttributeType[]): void {
    if (operand.kind !== "value") return;
    const type = typeOf(operand.value);
    if (!types.includes(type)) throw this.#incorrectType(operator, type);
  }

  #incorrectType(operator: string, type: string) {
    return this.#error(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }

  #distinct(operator: string, [first, ...others]: readonly BoundOperand[]): void {
    if (first?.kind !== "path") return;
    const path = formatPath(first.path);
    if (others.some((other) => other.kind === "path" && formatPath(other.path) === path))
      throw this.#error(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`,
      );
  }
}

export const bindCondition = (kind: ExpressionKind, node: ParsedCondition, bindings: Bindings): BoundCondition =>
  new ConditionBinder(kind, bindings).condition(node);
