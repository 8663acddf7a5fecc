import type {
  CompatibilityMode,
  CompatibilityRuleId,
  Verdict,
} from "../../../../../runtime/kernel/compatibility/check-compatibility.ts";

type Short<Rule> = Rule extends `nexus-schema-${infer Rest}` ? Rest : never;

/** Name, old, new, mode (B, F, U for full), verdict, and the breaking findings as `rule path`, `nexus-schema-` left out. */
export type Case = readonly [
  name: string,
  before: unknown,
  after: unknown,
  mode: "B" | "F" | "U",
  verdict: Verdict,
  ...findings: `${Short<CompatibilityRuleId>} ${string}`[],
];

export const MODES: Readonly<Record<"B" | "F" | "U", CompatibilityMode>> = {
  B: "BACKWARD",
  F: "FORWARD",
  U: "FULL",
};

export const S = { type: "string" };
export const I = { type: "integer" };
export const N = { type: "number" };
export const O = { type: "object" };
export const A = { type: "array" };

type Schema = Readonly<Record<string, unknown>> | boolean;

/** An object that knows no other properties. */
export const closed = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** An object that lets any other property be. */
export const open = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
});
