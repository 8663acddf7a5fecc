// Draws JSON Schemas and changes to them. Small vocabularies, so that what is drawn has to do with each other.

/** Draws the next choice. */
export interface Source {
  /** From 0 to max, both included. */
  readonly int: (max: number) => number;
  /**
   * What a case is about. Ajv 8.20 takes `contains` beside `prefixItems` for met by an empty list, and for
   * `unevaluatedItems` it neither counts what `contains` finds nor forgets what failed alternatives looked at.
   */
  readonly about: "contains" | "tuples" | "unevaluated items";
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Keywords = { [keyword: string]: Json };

export const chance = (source: Source, percent: number): boolean => source.int(99) < percent;

export const pick = <T>(source: Source, list: readonly T[]): T => {
  const found = list[source.int(list.length - 1)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

export const KEYS = ["a", "b", "ab", "x1"];
export const VALUES: readonly Json[] = [
  ...[null, true, false, 0, 1, 2, 3, -1, 1.5, 10, "", "a", "b", "ab", "abc", "1"],
  ...[
    [],
    [1],
    [1, 1],
    ["a"],
    [1, "a"],
    ["a", "b"],
    [[]],
    {},
    { a: 1 },
    { a: "a" },
    { b: 1 },
    { a: 1, b: 1 },
    { x1: 1 },
  ],
];
const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];
const PATTERNS = ["^a", "b$", "^[a-z]*$", "a", "^a?b?$", "^[ab]{1,2}$"];
const LEAVES: readonly Json[] = [
  ...[true, false, {}, { type: "string" }, { type: "integer" }, { type: "number" }, { const: 1 }, { minimum: 1 }],
  ...[{ maxLength: 1 }, { enum: [1, "a"] }, { type: "object" }, { type: "array" }, { $ref: "#/$defs/list" }],
];

type Draw = (source: Source, depth: number) => Json;

const part: Draw = (source, depth) => (depth > 0 ? anySchema(source, depth - 1) : pick(source, LEAVES));
const parts: Draw = (source, depth) => [part(source, depth), part(source, depth)];
const upTo =
  (max: number): Draw =>
  (source) =>
    source.int(max);
const oneOf =
  (values: readonly Json[]): Draw =>
  (source) =>
    pick(source, values);
const map =
  (keys: readonly string[]): Draw =>
  (source, depth) =>
    Object.fromEntries([0, 1].slice(source.int(1)).map(() => [pick(source, keys), part(source, depth)]));

/** Keywords by how often they are drawn. */
const KEYWORDS: readonly (readonly [weight: number, keyword: string, draw: Draw])[] = [
  [5, "type", (source) => (chance(source, 60) ? pick(source, TYPES) : [...new Set([pick(source, TYPES), "string"])])],
  [
    2,
    "enum",
    (source) => [...new Set([0, 1, 2].map(() => JSON.stringify(pick(source, VALUES))))].map((text) => JSON.parse(text)),
  ],
  [1, "const", oneOf(VALUES)],
  [1, "minimum", upTo(2)],
  [1, "maximum", oneOf([0, 1, 2, 10])],
  [1, "exclusiveMinimum", upTo(1)],
  [1, "exclusiveMaximum", oneOf([1, 2])],
  [1, "multipleOf", oneOf([1, 2, 3, 0.5])],
  [1, "minLength", upTo(2)],
  [1, "maxLength", upTo(3)],
  [1, "pattern", oneOf(PATTERNS)],
  [1, "minItems", upTo(2)],
  [1, "maxItems", upTo(3)],
  [1, "items", part],
  [2, "prefixItems", parts],
  [1, "unevaluatedItems", part],
  [2, "contains", part],
  [1, "minContains", upTo(2)],
  [1, "maxContains", oneOf([1, 2])],
  [1, "uniqueItems", oneOf([true])],
  [1, "minProperties", upTo(2)],
  [1, "maxProperties", upTo(2)],
  [2, "required", (source) => [pick(source, KEYS)]],
  [3, "properties", map(KEYS)],
  [1, "additionalProperties", part],
  [1, "additionalProperties", oneOf([false])],
  [1, "patternProperties", map(["^a", "^x", "b"])],
  [1, "propertyNames", oneOf([{ maxLength: 1 }, { pattern: "^a" }, { enum: ["a", "b"] }, { minLength: 2 }])],
  [1, "dependentRequired", oneOf([{ a: ["b"] }, { b: ["a", "x1"] }])],
  [1, "dependentSchemas", map(["a"])],
  [1, "unevaluatedProperties", oneOf([false, { type: "string" }])],
  [1, "allOf", parts],
  [2, "anyOf", parts],
  [1, "oneOf", parts],
  [1, "not", part],
  [1, "if", part],
  [1, "then", part],
  [1, "else", part],
  [2, "$ref", oneOf(["#/$defs/tree", "#/$defs/list"])],
];
const WEIGHTED = KEYWORDS.flatMap((entry) => Array<typeof entry>(entry[0]).fill(entry));
const EXCLUDED: Readonly<Record<Source["about"], readonly string[]>> = {
  contains: ["prefixItems", "unevaluatedItems"],
  tuples: ["contains", "unevaluatedItems"],
  "unevaluated items": ["contains", "anyOf", "oneOf", "not", "if", "dependentSchemas"],
};

const addKeyword = (source: Source, schema: Keywords, depth: number): void => {
  const [, keyword, draw] = pick(source, WEIGHTED);
  if (!EXCLUDED[source.about].includes(keyword)) schema[keyword] = draw(source, depth);
};

export const anySchema = (source: Source, depth: number): Json => {
  if (chance(source, 4)) return chance(source, 70);
  const schema: Keywords = {};
  for (let count = 1 + source.int(2); count > 0; count -= 1) addKeyword(source, schema, depth);
  return schema;
};

/** Definitions for the references, one of them recursive. */
export const anyDefinitions = (source: Source): Keywords => ({
  tree: {
    type: pick(source, ["object", "array"]),
    properties: { a: { $ref: "#/$defs/tree" }, b: pick(source, LEAVES) },
    items: { $ref: "#/$defs/tree" },
  },
  list: { type: "array", items: pick(source, LEAVES.slice(0, -1)) },
});

const WITHIN = ["items", "not", "if", "then", "else", "contains", "additionalProperties", "unevaluatedProperties"];

/** The schema with one thing added, taken away, changed or, now and then, all of it drawn anew. */
export const mutate = (source: Source, schema: Json, depth: number): Json => {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || chance(source, 8))
    return anySchema(source, depth);
  const changed = structuredClone(schema);
  const keywords = Object.keys(changed).filter((keyword) => keyword !== "$defs");
  const less = Math.max(0, depth - 1);
  if (keywords.length === 0 || chance(source, 25)) addKeyword(source, changed, depth);
  else {
    const keyword = pick(source, keywords);
    const value = changed[keyword];
    if (chance(source, 30)) delete changed[keyword];
    else if (["allOf", "anyOf", "oneOf", "prefixItems"].includes(keyword) && Array.isArray(value)) {
      const index = source.int(value.length - 1);
      value[index] = mutate(source, value[index] ?? true, less);
    } else if (["properties", "patternProperties"].includes(keyword) && typeof value === "object" && value !== null) {
      const key = pick(source, Object.keys(value));
      Object.assign(value, { [key]: mutate(source, Reflect.get(value, key), less) });
    } else if (WITHIN.includes(keyword)) changed[keyword] = mutate(source, value ?? true, less);
    else if (typeof value === "number") changed[keyword] = keyword === "multipleOf" ? value * 2 : value + 1;
    else addKeyword(source, changed, depth);
  }
  return changed;
};
