// What the value of each keyword must look like, and where schemas stand in it. Unknown keywords may hold anything.

type Path = readonly (string | number)[];

export interface KeywordCheck {
  /** Where within the keyword's value the problem stands, as the end of a JSON Pointer. */
  readonly at: string;
  readonly problem: string | undefined;
  /** The paths within the keyword's value at which schemas stand. */
  readonly schemas: readonly Path[];
}

const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];

type Shape = (value: unknown) => Partial<KeywordCheck> | undefined;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const must = (holds: boolean, problem: string): Partial<KeywordCheck> | undefined => (holds ? undefined : { problem });

const number: Shape = (value) => must(typeof value === "number" && Number.isFinite(value), "must be a number");
const count: Shape = (value) =>
  must(typeof value === "number" && Number.isInteger(value) && value >= 0, "must be a whole number from 0");
const text: Shape = (value) => must(typeof value === "string", "must be a text");
const flag: Shape = (value) => must(typeof value === "boolean", "must be true or false");
const texts: Shape = (value) =>
  must(Array.isArray(value) && value.every((entry) => typeof entry === "string"), "must be a list of texts");
/** Draft-04 says `exclusiveMinimum: true` beside `minimum`. */
const numberOrFlag: Shape = (value) => (typeof value === "boolean" ? undefined : number(value));

const schema: Shape = () => ({ schemas: [[]] });
const schemaList: Shape = (value) =>
  Array.isArray(value) && value.length > 0
    ? { schemas: value.map((_, index) => [index]) }
    : { problem: "must be a list of at least one schema" };
const schemaMap: Shape = (value) =>
  isMap(value) ? { schemas: Object.keys(value).map((key) => [key]) } : { problem: "must be an object of schemas" };
const schemaOrList: Shape = (value) =>
  Array.isArray(value) ? { schemas: value.map((_, index) => [index]) } : schema(value);

const expression: Shape = (value) => {
  if (typeof value !== "string") return { problem: "must be a text" };
  return must(isExpression(value), "must be a regular expression as ECMAScript has them");
};

export const isExpression = (source: string): boolean => compiles(source, "u") || compiles(source, "");

const compiles = (source: string, flags: string): boolean => {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
};

const SHAPES: Readonly<Record<string, Shape>> = {
  type: (value) => {
    const names = Array.isArray(value) ? value : [value];
    const stranger = names.find((name) => !TYPES.includes(String(name)));
    if (stranger !== undefined || names.length === 0)
      return { problem: `must be one of ${TYPES.join(", ")}, or a list of them` };
    return undefined;
  },
  enum: (value) => must(Array.isArray(value), "must be a list"),
  minimum: number,
  maximum: number,
  exclusiveMinimum: numberOrFlag,
  exclusiveMaximum: numberOrFlag,
  multipleOf: (value) => number(value) ?? must(Number(value) > 0, "must be greater than 0"),
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  pattern: expression,
  format: text,
  uniqueItems: flag,
  // Draft-03 has a flag here; as draft-04 and later ignore nothing but unknown keywords, it is refused.
  required: texts,
  dependentRequired: (value) => {
    if (!isMap(value)) return { problem: "must be an object of lists of texts" };
    const wrong = Object.keys(value).find((key) => texts(value[key]) !== undefined);
    return wrong === undefined ? undefined : { at: `/${wrong}`, problem: "must be a list of texts" };
  },
  dependencies: (value) => {
    if (!isMap(value)) return { problem: "must be an object" };
    return { schemas: Object.keys(value).flatMap((key) => (Array.isArray(value[key]) ? [] : [[key]])) };
  },
  patternProperties: (value) => {
    const wrong = isMap(value) ? Object.keys(value).find((source) => !isExpression(source)) : undefined;
    if (wrong !== undefined) return { problem: `has a key that is no regular expression: ${wrong}` };
    return schemaMap(value);
  },
  properties: schemaMap,
  additionalProperties: schema,
  unevaluatedProperties: schema,
  unevaluatedItems: schema,
  propertyNames: schema,
  dependentSchemas: schemaMap,
  items: schemaOrList,
  additionalItems: schema,
  prefixItems: schemaList,
  contains: schema,
  allOf: schemaList,
  anyOf: schemaList,
  oneOf: schemaList,
  not: schema,
  if: schema,
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword
  then: schema,
  else: schema,
  $ref: text,
  $dynamicRef: text,
  $id: text,
  $anchor: text,
  $dynamicAnchor: text,
  $defs: schemaMap,
  definitions: schemaMap,
};

export const checkKeyword = (keyword: string, value: unknown): KeywordCheck => {
  const shape = Object.hasOwn(SHAPES, keyword) ? SHAPES[keyword]?.(value) : undefined;
  return { at: shape?.at ?? "", problem: shape?.problem, schemas: shape?.schemas ?? [] };
};
