// Draws values near what a schema asks for: mostly valid, and close to its limits.
import { chance, type Json, KEYS, type Keywords, pick, type Source, VALUES } from "./random-schema.ts";

const WORDS = ["", "a", "b", "ab", "abc", "aa", "x", "1", "ba", "abcd"];

/** Any value, near no schema. */
export const anyValue = (source: Source, depth = 2): Json => {
  if (depth === 0 || chance(source, 60)) return structuredClone(pick(source, VALUES));
  const length = source.int(3);
  if (chance(source, 50)) return Array.from({ length }, () => anyValue(source, depth - 1));
  return Object.fromEntries(Array.from({ length }, () => [pick(source, KEYS), anyValue(source, depth - 1)]));
};

/** A value drawn along a schema; for what it says that cannot be met at once, one of the demands is dropped. */
export const valueNear = (source: Source, schema: Json, root: Keywords, fuel = 5): Json => {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || fuel === 0 || chance(source, 3))
    return anyValue(source, 1);
  const asked = merged(source, schema, root, 3);
  if (asked["const"] !== undefined) return asked["const"];
  if (Array.isArray(asked["enum"])) return pick(source, asked["enum"]);
  switch (typeFor(source, asked)) {
    case "integer":
    case "number":
      return numberNear(source, asked);
    case "string":
      return pick(source, WORDS);
    case "array":
      return listNear(source, asked, root, fuel);
    case "object":
      return objectNear(source, asked, root, fuel);
    case "boolean":
      return chance(source, 50);
    default:
      return null;
  }
};

/** A schema together with what its references and some of its alternatives ask for. */
const merged = (source: Source, schema: Keywords, root: Keywords, depth: number): Keywords => {
  let found: Keywords = { ...schema };
  const add = (other: Json | undefined) => {
    if (depth === 0 || typeof other !== "object" || other === null || Array.isArray(other)) return;
    const more = merged(source, other, root, depth - 1);
    const properties = { ...(found["properties"] as Keywords), ...(more["properties"] as Keywords) };
    const required = [found["required"], more["required"]].flatMap((list) => (Array.isArray(list) ? list : []));
    found = { ...more, ...found, properties, ...(required.length > 0 ? { required } : {}) };
  };
  const reference = schema["$ref"];
  if (typeof reference === "string") add((root["$defs"] as Keywords)[reference.replace("#/$defs/", "")]);
  for (const keyword of ["anyOf", "oneOf"]) if (Array.isArray(schema[keyword])) add(pick(source, schema[keyword]));
  if (Array.isArray(schema["allOf"])) schema["allOf"].forEach(add);
  if (chance(source, 50)) add(schema["if"]);
  add(chance(source, 50) ? schema["then"] : schema["else"]);
  return found;
};

const typeFor = (source: Source, asked: Keywords): Json => {
  const { type } = asked;
  if (type !== undefined) return Array.isArray(type) ? pick(source, type) : type;
  const has = (...keywords: string[]) => keywords.some((keyword) => keyword in asked);
  const likely = [
    ...(has("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum") ? ["number"] : []),
    ...(has("minLength", "maxLength", "pattern") ? ["string"] : []),
    ...(has("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems") ? ["array"] : []),
    ...(has("required", "additionalProperties", "patternProperties", "minProperties", "dependentRequired")
      ? ["object"]
      : []),
    ...(Object.keys(asked["properties"] ?? {}).length > 0 ? ["object"] : []),
  ];
  return likely.length > 0 && chance(source, 85)
    ? pick(source, likely)
    : pick(source, ["null", "boolean", "number", "string", "array", "object"]);
};

const numberNear = (source: Source, asked: Keywords): number => {
  const limits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    .map((keyword) => asked[keyword])
    .filter((limit) => typeof limit === "number");
  const near = limits.length > 0 && chance(source, 70) ? pick(source, limits) : source.int(4);
  return near + pick(source, [0, 0, 1, -1, 0.5]);
};

const listNear = (source: Source, asked: Keywords, root: Keywords, fuel: number): Json[] => {
  const prefix = Array.isArray(asked["prefixItems"]) ? asked["prefixItems"] : [];
  const { items = true, contains } = asked;
  const length = pick(source, [0, 1, 1, 2, 2, 3]);
  return Array.from({ length }, (_, index) =>
    valueNear(
      source,
      contains !== undefined && chance(source, 50) ? contains : (prefix[index] ?? items),
      root,
      fuel - 1,
    ),
  );
};

const objectNear = (source: Source, asked: Keywords, root: Keywords, fuel: number): Keywords => {
  const properties = (asked["properties"] ?? {}) as Keywords;
  const patterns = Object.entries((asked["patternProperties"] ?? {}) as Keywords);
  const required = Array.isArray(asked["required"]) ? asked["required"].map(String) : [];
  const others = Object.keys(properties).filter(() => chance(source, 60));
  const more = chance(source, 40) ? [pick(source, KEYS)] : [];
  return Object.fromEntries(
    [...new Set([...required, ...others, ...more])].map((key) => {
      const pattern = patterns.find(([text]) => new RegExp(text, "u").test(key))?.[1];
      const schema = properties[key] ?? pattern ?? asked["additionalProperties"] ?? true;
      return [key, valueNear(source, schema, root, fuel - 1)];
    }),
  );
};
