import type { AttributeValue } from "../attribute-value.ts";

/** Which parameter an expression came in; AWS names it in each message. */
export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression";

/** Names and list indexes from the top of an item. Before binding a step may be a placeholder such as `#name`. */
export type Path = readonly (string | number)[];

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** `V` is what stands for a value: its placeholder as parsed, the value itself once bound. */
export type Operand<V> =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: V }
  | { readonly kind: "function"; readonly name: string; readonly operands: readonly Operand<V>[] };

export type Condition<V> =
  | { readonly kind: "and" | "or"; readonly left: Condition<V>; readonly right: Condition<V> }
  | { readonly kind: "not"; readonly condition: Condition<V> }
  | { readonly kind: "compare"; readonly operator: Comparator; readonly left: Operand<V>; readonly right: Operand<V> }
  | {
      readonly kind: "between";
      readonly operand: Operand<V>;
      readonly lower: Operand<V>;
      readonly upper: Operand<V>;
    }
  | { readonly kind: "in"; readonly operand: Operand<V>; readonly candidates: readonly Operand<V>[] }
  | { readonly kind: "function"; readonly name: string; readonly operands: readonly Operand<V>[] };

export type SetSource<V> =
  | Operand<V>
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly left: Operand<V>; readonly right: Operand<V> };

export interface Update<V> {
  readonly set: readonly { readonly path: Path; readonly source: SetSource<V> }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: V }[];
  readonly delete: readonly { readonly path: Path; readonly value: V }[];
}

export type ParsedCondition = Condition<string>;
export type ParsedUpdate = Update<string>;
export type BoundOperand = Operand<AttributeValue>;
export type BoundCondition = Condition<AttributeValue>;
export type BoundUpdate = Update<AttributeValue>;

/** As AWS prints it: `[a, [0], b]`. */
export const formatPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
