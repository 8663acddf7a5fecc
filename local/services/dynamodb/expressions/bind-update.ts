import { type AttributeType, type AttributeValue, typeOf } from "../attribute-value.ts";
import type { Bindings } from "./bindings.ts";
import { assertNoOverlap } from "./document-path.ts";
import type { BoundOperand, BoundUpdate, Operand, ParsedUpdate, Path, SetSource } from "./syntax.ts";
import { invalidExpression } from "./token-stream.ts";

const kind = "UpdateExpression";
const conditionFunctions: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);

/** What AWS calls the types in the messages for ADD and DELETE. */
const typeNames: Record<AttributeType, string> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  L: "LIST",
  M: "MAP",
};

const error = (detail: string) => invalidExpression(kind, detail);

const incorrectType = (operator: string, type: string) =>
  error(`Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`);

const bindOperand = (node: Operand<string>, bindings: Bindings): BoundOperand => {
  if (node.kind === "path") return { kind: "path", path: bindings.path(kind, node.path) };
  if (node.kind === "value") return { kind: "value", value: bindings.value(kind, node.value) };
  const { name } = node;
  if (conditionFunctions.has(name))
    throw error(`The function is not allowed in an update expression; function: ${name}`);
  if (name !== "if_not_exists" && name !== "list_append") throw error(`Invalid function name; function: ${name}`);
  const operands = node.operands.map((operand) => bindOperand(operand, bindings));
  if (operands.length !== 2)
    throw error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  if (name === "if_not_exists" && operands[0]?.kind !== "path")
    throw error(`Operator or function requires a document path; operator or function: ${name}`);
  if (name === "list_append")
    for (const operand of operands)
      if (operand.kind === "value" && !("L" in operand.value)) throw incorrectType(name, typeOf(operand.value));
  return { kind: "function", name, operands };
};

const bindSource = (node: SetSource<string>, bindings: Bindings): SetSource<AttributeValue> => {
  if (node.kind !== "sum") return bindOperand(node, bindings);
  const [left, right] = [bindOperand(node.left, bindings), bindOperand(node.right, bindings)];
  for (const operand of [left, right])
    if (operand.kind === "value" && !("N" in operand.value)) throw incorrectType(node.operator, typeOf(operand.value));
  return { ...node, left, right };
};

const bindElements = (
  section: "ADD" | "DELETE",
  node: { readonly path: Path; readonly value: string },
  bindings: Bindings,
) => {
  const path = bindings.path(kind, node.path);
  const value = bindings.value(kind, node.value);
  const type = typeOf(value);
  const allowed: readonly AttributeType[] = section === "ADD" ? ["N", "SS", "NS", "BS"] : ["SS", "NS", "BS"];
  if (!allowed.includes(type))
    throw error(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${typeNames[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  return { path, value };
};

/** Every path an update writes to. */
export const updatedPaths = (update: BoundUpdate): readonly Path[] => [
  ...update.set.map(({ path }) => path),
  ...update.remove,
  ...update.add.map(({ path }) => path),
  ...update.delete.map(({ path }) => path),
];

/** Puts names and values into a parsed update and checks what does not depend on the item. */
export const bindUpdate = (node: ParsedUpdate, bindings: Bindings): BoundUpdate => {
  const update: BoundUpdate = {
    set: node.set.map(({ path, source }) => ({
      path: bindings.path(kind, path),
      source: bindSource(source, bindings),
    })),
    remove: node.remove.map((path) => bindings.path(kind, path)),
    add: node.add.map((each) => bindElements("ADD", each, bindings)),
    delete: node.delete.map((each) => bindElements("DELETE", each, bindings)),
  };
  assertNoOverlap(kind, updatedPaths(update));
  return update;
};
