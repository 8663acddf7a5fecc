import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { key } from "./target.ts";

/** One message for both engines, or AWS's and the one of DynamoDB Local, which words key errors in its own way. */
export type Message = string | { readonly aws: string; readonly local: string };
export type Values = Record<string, AttributeValue>;

const one: Values = { ":v": { N: "1" } };
const text: Values = { ":v": { S: "x" } };
const syntax = (kind: string, token: string, near: string) =>
  `Invalid ${kind}: Syntax error; token: "${token}", near: "${near}"`;
const condition = (detail: string) => `Invalid ConditionExpression: ${detail}`;
const update = (detail: string) => `Invalid UpdateExpression: ${detail}`;
const operandType = (name: string, type: string) =>
  `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;

export const conditions: readonly (readonly [string, Values | undefined, string])[] = [
  ["", undefined, condition("The expression can not be empty;")],
  ["a = = :v", one, syntax("ConditionExpression", "=", "= = :v")],
  ["a = ", undefined, syntax("ConditionExpression", "<EOF>", "= ")],
  ["a = :v $", one, syntax("ConditionExpression", "$", ":v $")],
  ["attribute_exists(p) AND", undefined, syntax("ConditionExpression", "<EOF>", "AND")],
  [
    "a = :v",
    undefined,
    condition("An expression attribute value used in expression is not defined; attribute value: :v"),
  ],
  [
    "#a = :v",
    one,
    condition("An expression attribute name used in the document path is not defined; attribute name: #a"),
  ],
  ["status = :v", one, condition("Attribute name is a reserved keyword; reserved keyword: status")],
  ["nosuch(a)", undefined, condition("Invalid function name; function: nosuch")],
  ["size(a)", undefined, condition("The function is not allowed to be used this way in an expression; function: size")],
  [
    "if_not_exists(a, :v)",
    one,
    condition("The function is not allowed in a condition expression; function: if_not_exists"),
  ],
  [
    "begins_with(a)",
    undefined,
    condition(
      "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
    ),
  ],
  ["begins_with(a, :v)", one, condition(operandType("begins_with", "N"))],
  ["a < :v", { ":v": { BOOL: true } }, condition(operandType("<", "BOOL"))],
  ["size(:v) > :v", one, condition(operandType("size", "N"))],
  [
    "attribute_exists(:v)",
    one,
    condition("Operator or function requires a document path; operator or function: attribute_exists"),
  ],
  [
    "a = a",
    undefined,
    condition(
      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
    ),
  ],
  [
    "a BETWEEN :v AND :w",
    { ":v": { N: "5" }, ":w": { N: "3" } },
    condition(
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:3}",
    ),
  ],
  ["((a = :v))", one, condition("The expression has redundant parentheses;")],
  [
    "p = :v",
    { ...text, ":w": { S: "x" } },
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
  ],
  [
    "p = :v",
    { ":v": { N: "ten" } },
    "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: ten for key :v",
  ],
];

export const updates: readonly (readonly [string, Values | undefined, string])[] = [
  ["", undefined, update("The expression can not be empty;")],
  ["FOO a = :v", one, syntax("UpdateExpression", "FOO", "FOO a")],
  ["SET n = n + n + n", undefined, syntax("UpdateExpression", "+", "n + n")],
  ["SET a = :v SET b = :v", one, update('The "SET" section can only be used once in an update expression;')],
  [
    "SET a.b = :v, a = :v",
    one,
    update(
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
    ),
  ],
  [
    "SET a.b = :v, a[0] = :v",
    one,
    update(
      "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
    ),
  ],
  ["SET n = size(l)", undefined, update("The function is not allowed in an update expression; function: size")],
  ["SET n = n + :v", text, update(operandType("+", "S"))],
  ["SET n = list_append(l, :v)", text, update(operandType("list_append", "S"))],
  [
    "ADD n :v",
    text,
    update(
      "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
    ),
  ],
  [
    "SET p = :v",
    text,
    "One or more parameter values were invalid: Cannot update attribute p. This attribute is part of the key",
  ],
  ["SET absent = absent + :v", one, "The provided expression refers to an attribute that does not exist in the item"],
  ["SET st = st + :v", one, "An operand in the update expression has an incorrect data type"],
  ["SET st.deeper = :v", one, "The document path provided in the update expression is invalid for update"],
  ["REMOVE absent.deeper", undefined, "The document path provided in the update expression is invalid for update"],
];

export const puts: readonly (readonly [string, Values, Message])[] = [
  [
    "a missing key",
    { p: { S: "a" } },
    {
      aws: "One or more parameter values were invalid: Missing the key s in the item",
      local: "One of the required keys was not given a value",
    },
  ],
  [
    "a key of another type",
    { p: { N: "1" }, s: { N: "1" } },
    {
      aws: "One or more parameter values were invalid: Type mismatch for key p expected: S actual: N",
      local: "One or more parameter values were invalid: Type mismatch for key",
    },
  ],
  [
    "an empty key",
    key("", 1),
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: p",
  ],
  [
    "an index key of another type",
    { ...key("a", 1), g: { N: "1" } },
    {
      aws: "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: keysOnly",
      local: "One or more parameter values were invalid: Type mismatch for Index Key",
    },
  ],
  [
    "a text that is no number",
    { ...key("a", 1), n: { N: "ten" } },
    {
      aws: "The parameter cannot be converted to a numeric value: ten",
      local: "A value provided cannot be converted into a number",
    },
  ],
  [
    "39 digits",
    { ...key("a", 1), n: { N: "123456789012345678901234567890123456789" } },
    {
      aws: "Attempting to store more than 38 significant digits in a Number",
      local: "DynamoDB only supports precision up to 38 digits",
    },
  ],
  [
    "a number too large",
    { ...key("a", 1), n: { N: "1E126" } },
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
  [
    "an empty set",
    { ...key("a", 1), x: { SS: [] } },
    "One or more parameter values were invalid: An string set  may not be empty",
  ],
  ["a set with one number twice", { ...key("a", 1), x: { NS: ["1", "1.0"] } }, "Input collection contains duplicates"],
  [
    "an item over 400 KB",
    { ...key("a", 1), x: { S: "x".repeat(410_000) } },
    "Item size has exceeded the maximum allowed size",
  ],
];

export const queries: readonly (readonly [string, Values | undefined, Message])[] = [
  ["p < :v", text, "Query key condition not supported"],
  [
    "s = :v",
    one,
    { aws: "Query condition missed key schema element: p", local: "Query condition missed key schema element" },
  ],
  ["p = :v OR s = :w", { ...text, ":w": { N: "1" } }, "Invalid operator used in KeyConditionExpression: OR"],
  ["p = :v AND s <> :w", { ...text, ":w": { N: "1" } }, "Invalid operator used in KeyConditionExpression: <>"],
  [
    "p = :v AND s > :w AND s < :w",
    { ...text, ":w": { N: "1" } },
    "KeyConditionExpressions must only contain one condition per key",
  ],
  ["p = :v", one, "One or more parameter values were invalid: Condition parameter type does not match schema type"],
  [
    "p = :v AND m.k = :w",
    { ...text, ":w": { N: "1" } },
    "KeyConditionExpressions cannot have conditions on nested attributes",
  ],
];
