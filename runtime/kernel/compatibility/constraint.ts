import type { Subschema } from "./schema-document.ts";

/** The JSON types as bits, so that a set of them is a number. */
export const NULL = 1;
export const BOOLEAN = 2;
export const NUMBER = 4;
export const STRING = 8;
export const ARRAY = 16;
export const OBJECT = 32;
export const ANY_TYPE = 63;
export const EACH_TYPE: readonly number[] = [NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT];

export const typeOf = (value: unknown): number => {
  if (value === null) return NULL;
  if (Array.isArray(value)) return ARRAY;
  switch (typeof value) {
    case "boolean":
      return BOOLEAN;
    case "number":
      return NUMBER;
    case "string":
      return STRING;
    default:
      return OBJECT;
  }
};

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

/** How the properties of one schema object fall to its `properties`, `patternProperties`, `additionalProperties`. */
export interface PropertyRules {
  readonly named: ReadonlyMap<string, Subschema>;
  readonly patterns: readonly { readonly source: string; readonly schema: Subschema }[];
  /** For what neither names nor patterns cover; undefined when anything goes. */
  readonly rest: Subschema | undefined;
}

interface Count<Kind extends string> {
  readonly kind: Kind;
  /** From 0. */
  readonly min: number;
  /** Up to Infinity. */
  readonly max: number;
}

interface Unevaluated<Kind extends string> {
  readonly kind: Kind;
  readonly schema: Subschema;
  /** The schema it stands in: what its other keywords evaluate is out of reach. */
  readonly owner: Subschema;
}

/**
 * What one keyword, or one group of keywords that belong together, asks of a value. A schema is the conjunction of its
 * constraints. One that is about a type says nothing of values of other types.
 */
export type Requirement =
  | { readonly kind: "never" }
  /** With `whole`, a number must have no fraction. */
  | { readonly kind: "types"; readonly types: number; readonly whole: boolean }
  | { readonly kind: "values"; readonly values: readonly unknown[] }
  | { readonly kind: "range"; readonly lower?: Bound; readonly upper?: Bound }
  | { readonly kind: "multiple"; readonly of: number }
  | Count<"length">
  | { readonly kind: "pattern"; readonly source: string }
  | { readonly kind: "format"; readonly name: string }
  | Count<"itemCount">
  | { readonly kind: "items"; readonly prefix: readonly Subschema[]; readonly rest: Subschema | undefined }
  | { readonly kind: "contains"; readonly schema: Subschema; readonly min: number; readonly max: number }
  | { readonly kind: "unique" }
  | Count<"propertyCount">
  | { readonly kind: "required"; readonly key: string }
  | ({ readonly kind: "properties" } & PropertyRules)
  | { readonly kind: "names"; readonly schema: Subschema }
  | { readonly kind: "needs"; readonly key: string; readonly needed: string }
  | { readonly kind: "dependent"; readonly key: string; readonly schema: Subschema }
  | { readonly kind: "all"; readonly schemas: readonly Subschema[] }
  | { readonly kind: "any"; readonly schemas: readonly Subschema[] }
  | { readonly kind: "one"; readonly schemas: readonly Subschema[] }
  | { readonly kind: "not"; readonly schema: Subschema }
  | {
      readonly kind: "condition";
      readonly test: Subschema;
      readonly yes: Subschema | undefined;
      readonly no: Subschema | undefined;
    }
  | Unevaluated<"unevaluatedProperties">
  | Unevaluated<"unevaluatedItems">
  /** Something that is not understood, or not to be had: equal only to itself. */
  | { readonly kind: "opaque"; readonly text: string };

export type Constraint = Requirement & {
  readonly keyword: string;
  /** JSON Pointer of the keyword in its document. */
  readonly pointer: string;
};

/** A constraint that stands in no document. */
export const made = (requirement: Requirement): Constraint => ({ ...requirement, keyword: "", pointer: "" });

const wholes = new WeakMap<Subschema, Constraint>();

/** A schema as one constraint. */
export const asConstraint = (schema: Subschema): Constraint => {
  let whole = wholes.get(schema);
  if (whole === undefined) {
    whole = { kind: "all", schemas: [schema], keyword: "", pointer: schema.pointer };
    wholes.set(schema, whole);
  }
  return whole;
};
