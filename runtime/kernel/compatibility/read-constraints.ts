import {
  ARRAY,
  BOOLEAN,
  type Bound,
  type Constraint,
  NULL,
  NUMBER,
  OBJECT,
  type Requirement,
  STRING,
} from "./constraint.ts";
import { isObject, type Subschema } from "./schema-document.ts";

const TYPE_BITS: Readonly<Record<string, number>> = {
  null: NULL,
  boolean: BOOLEAN,
  number: NUMBER,
  integer: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
};

/** What Draft-07 does not know, and so ignores. */
const LATER = new Set([
  ...["prefixItems", "minContains", "maxContains", "dependentRequired", "dependentSchemas"],
  ...["unevaluatedProperties", "unevaluatedItems", "$dynamicRef"],
]);

const kept = new WeakMap<Subschema, readonly Constraint[]>();

/** The constraints of a schema, all of which must hold. Keywords that only annotate give none. */
export const constraintsOf = (schema: Subschema): readonly Constraint[] => {
  let constraints = kept.get(schema);
  if (constraints === undefined) {
    constraints = read(schema);
    kept.set(schema, constraints);
  }
  return constraints;
};

const read = (schema: Subschema): Constraint[] => {
  const { value, pointer } = schema;
  if (typeof value === "boolean") return value ? [] : [{ kind: "never", keyword: "", pointer }];
  const found: Constraint[] = [];
  const keywords = relevant(value, schema.document.dialect === "legacy");
  const add = (keyword: string, requirement: Requirement) =>
    found.push({ ...requirement, keyword, pointer: `${pointer}/${keyword}` });
  for (const keyword of keywords.keys()) READERS.get(keyword)?.({ schema, keywords, add, keyword });
  return found;
};

const relevant = (value: Readonly<Record<string, unknown>>, legacy: boolean): ReadonlyMap<string, unknown> => {
  const all = Object.entries(value);
  if (!legacy) return new Map(all);
  return new Map("$ref" in value ? all.filter(([key]) => key === "$ref") : all.filter(([key]) => !LATER.has(key)));
};

interface Reading {
  readonly schema: Subschema;
  readonly keywords: ReadonlyMap<string, unknown>;
  readonly keyword: string;
  readonly add: (keyword: string, requirement: Requirement) => void;
}

type Reader = (reading: Reading) => void;

const countReader =
  (kind: "length" | "itemCount" | "propertyCount", side: "min" | "max"): Reader =>
  ({ keywords, keyword, add }) => {
    const limit = Number(keywords.get(keyword));
    if (side === "min" && limit > 0) add(keyword, { kind, min: limit, max: Number.POSITIVE_INFINITY });
    if (side === "max") add(keyword, { kind, min: 0, max: limit });
  };

const boundReader =
  (side: "lower" | "upper", plain: string, exclusive: string): Reader =>
  ({ keywords, keyword, add }) => {
    const value = keywords.get(keyword);
    if (typeof value !== "number") return;
    const bound: Bound = { value, exclusive: keyword === exclusive || keywords.get(exclusive) === true };
    if (keyword === plain || keyword === exclusive) add(keyword, { kind: "range", [side]: bound });
  };

const listReader =
  (kind: "all" | "any" | "one"): Reader =>
  ({ schema, keywords, keyword, add }) => {
    const list = keywords.get(keyword) as readonly unknown[];
    add(keyword, { kind, schemas: list.map((_, index) => schema.child(keyword, index)) });
  };

const names = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : []);

/** `properties`, `patternProperties` and `additionalProperties` are one constraint, made where the first stands. */
const readProperties: Reader = ({ schema, keywords, keyword, add }) => {
  const first = ["properties", "patternProperties", "additionalProperties"].find((name) => keywords.has(name));
  if (first !== keyword) return;
  add(keyword, {
    kind: "properties",
    named: new Map(names(keywords.get("properties")).map((name) => [name, schema.child("properties", name)])),
    patterns: names(keywords.get("patternProperties")).map((source) => ({
      source,
      schema: schema.child("patternProperties", source),
    })),
    rest: keywords.has("additionalProperties") ? schema.child("additionalProperties") : undefined,
  });
};

/** Both ways to write a tuple: `prefixItems` with `items`, and before 2020-12 a list of `items` with `additionalItems`. */
const readItems: Reader = ({ schema, keywords, keyword, add }) => {
  const listed = keywords.get("items");
  const prefixWord = Array.isArray(listed) ? "items" : "prefixItems";
  if (keyword === "items" && keywords.has("prefixItems")) return;
  const prefix = Array.isArray(listed) ? listed : (keywords.get("prefixItems") ?? []);
  const restWord = Array.isArray(listed) ? "additionalItems" : "items";
  add(keyword, {
    kind: "items",
    prefix: (prefix as readonly unknown[]).map((_, index) => schema.child(prefixWord, index)),
    rest: keywords.has(restWord) ? schema.child(restWord) : undefined,
  });
};

const readContains: Reader = ({ schema, keywords, keyword, add }) => {
  const min = Number(keywords.get("minContains") ?? 1);
  const max = Number(keywords.get("maxContains") ?? Number.POSITIVE_INFINITY);
  // Even when it asks for nothing: what it finds counts as evaluated.
  add(keyword, { kind: "contains", schema: schema.child("contains"), min, max });
};

const readNeeds: Reader = ({ schema, keywords, keyword, add }) => {
  const map = keywords.get(keyword);
  for (const key of names(map)) {
    const needed = isObject(map) ? map[key] : undefined;
    if (Array.isArray(needed)) for (const name of needed) add(keyword, { kind: "needs", key, needed: String(name) });
    else add(keyword, { kind: "dependent", key, schema: schema.child(keyword, key) });
  }
};

const readReference: Reader = ({ schema, keywords, keyword, add }) => {
  const reference = String(keywords.get(keyword));
  const { document } = schema;
  const target = keyword === "$ref" ? document.resolve(schema, reference) : document.resolveDynamic(schema, reference);
  add(
    keyword,
    target === undefined ? { kind: "opaque", text: `${keyword} ${reference}` } : { kind: "all", schemas: [target] },
  );
};

const readUnevaluated =
  (kind: "unevaluatedProperties" | "unevaluatedItems"): Reader =>
  ({ schema, keyword, add }) =>
    add(keyword, { kind, schema: schema.child(keyword), owner: schema });

/** Contents that a validator may look into, and a reader surely does. */
const readContent: Reader = ({ keywords, keyword, add }) =>
  add(keyword, { kind: "opaque", text: `${keyword} ${JSON.stringify(keywords.get(keyword))}` });

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>(
  Object.entries({
    $ref: readReference,
    $dynamicRef: readReference,
    $recursiveRef: readReference,
    type: ({ keywords, keyword, add }) => {
      const listed = keywords.get(keyword);
      const named = (Array.isArray(listed) ? listed : [listed]).map(String);
      const types = named.reduce((bits, name) => bits | (TYPE_BITS[name] ?? 0), 0);
      add(keyword, { kind: "types", types, whole: named.includes("integer") && !named.includes("number") });
    },
    enum: ({ keywords, keyword, add }) => add(keyword, { kind: "values", values: keywords.get(keyword) as unknown[] }),
    const: ({ keywords, keyword, add }) => add(keyword, { kind: "values", values: [keywords.get(keyword)] }),
    minimum: boundReader("lower", "minimum", "exclusiveMinimum"),
    exclusiveMinimum: boundReader("lower", "minimum", "exclusiveMinimum"),
    maximum: boundReader("upper", "maximum", "exclusiveMaximum"),
    exclusiveMaximum: boundReader("upper", "maximum", "exclusiveMaximum"),
    multipleOf: ({ keywords, keyword, add }) => add(keyword, { kind: "multiple", of: Number(keywords.get(keyword)) }),
    minLength: countReader("length", "min"),
    maxLength: countReader("length", "max"),
    pattern: ({ keywords, keyword, add }) => add(keyword, { kind: "pattern", source: String(keywords.get(keyword)) }),
    format: ({ keywords, keyword, add }) => add(keyword, { kind: "format", name: String(keywords.get(keyword)) }),
    contentEncoding: readContent,
    contentMediaType: readContent,
    contentSchema: readContent,
    minItems: countReader("itemCount", "min"),
    maxItems: countReader("itemCount", "max"),
    prefixItems: readItems,
    items: readItems,
    contains: readContains,
    uniqueItems: ({ keywords, keyword, add }) => {
      if (keywords.get(keyword) === true) add(keyword, { kind: "unique" });
    },
    minProperties: countReader("propertyCount", "min"),
    maxProperties: countReader("propertyCount", "max"),
    required: ({ keywords, keyword, add }) => {
      for (const key of new Set(keywords.get(keyword) as readonly string[])) add(keyword, { kind: "required", key });
    },
    properties: readProperties,
    patternProperties: readProperties,
    additionalProperties: readProperties,
    propertyNames: ({ schema, keyword, add }) => add(keyword, { kind: "names", schema: schema.child(keyword) }),
    dependentRequired: readNeeds,
    dependentSchemas: readNeeds,
    dependencies: readNeeds,
    allOf: listReader("all"),
    anyOf: listReader("any"),
    oneOf: listReader("one"),
    not: ({ schema, keyword, add }) => add(keyword, { kind: "not", schema: schema.child(keyword) }),
    if: ({ schema, keywords, keyword, add }) => {
      const branch = (word: string) => (keywords.has(word) ? schema.child(word) : undefined);
      // Even without consequence: what it looks at counts as evaluated.
      add(keyword, { kind: "condition", test: schema.child(keyword), yes: branch("then"), no: branch("else") });
    },
    unevaluatedProperties: readUnevaluated("unevaluatedProperties"),
    unevaluatedItems: readUnevaluated("unevaluatedItems"),
  } satisfies Readonly<Record<string, Reader>>),
);
