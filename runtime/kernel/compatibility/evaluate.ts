import { canonicalJson } from "../canonical-json.ts";
import { type Constraint, NUMBER, typeOf } from "./constraint.ts";
import { evaluatedItems, evaluatedKeys } from "./evaluated.ts";
import { hasFormat, isTextFormat } from "./formats.ts";
import { matches } from "./matches.ts";
import { isMultiple } from "./numbers.ts";
import { constraintsOf } from "./read-constraints.ts";
import { isObject, type Subschema } from "./schema-document.ts";
import { countWithin, every, negate, some, type Truth } from "./truth.ts";

/** The schemas that are being asked, innermost first. */
interface Frame {
  readonly schema: Subschema;
  readonly value: unknown;
  readonly outer: Frame | undefined;
}

/** References that come back to the same value without end: nothing can be said of them. */
const isWithin = (frame: Frame | undefined, schema: Subschema, value: unknown): boolean => {
  for (let at = frame; at !== undefined && Object.is(at.value, value); at = at.outer)
    if (at.schema === schema) return true;
  return false;
};

/** Whether a schema accepts a value; undefined where that cannot be told, as with a format of somebody's own. */
export const evaluate = (schema: Subschema, value: unknown, outer?: Frame): Truth => {
  if (isWithin(outer, schema, value)) return undefined;
  const frame = { schema, value, outer };
  return every(constraintsOf(schema), (constraint) => meets(constraint, value, frame));
};

/** Whether a value meets one constraint. */
export const meets = (constraint: Constraint, value: unknown, frame?: Frame): Truth => {
  const accepts = (schema: Subschema | undefined, part: unknown): Truth =>
    schema === undefined ? true : evaluate(schema, part, frame);
  const { kind } = constraint;
  switch (kind) {
    case "never":
      return false;
    case "types": {
      if ((typeOf(value) & constraint.types) === 0) return false;
      return !(constraint.whole && typeOf(value) === NUMBER) || Number.isInteger(value);
    }
    case "values": {
      const text = canonicalJson(value);
      return constraint.values.some((allowed) => canonicalJson(allowed) === text);
    }
    case "all":
      return every(constraint.schemas, (schema) => accepts(schema, value));
    case "any":
      return some(constraint.schemas, (schema) => accepts(schema, value));
    case "one":
      return countWithin(constraint.schemas, (schema) => accepts(schema, value), 1, 1);
    case "not":
      return negate(accepts(constraint.schema, value));
    case "condition": {
      const test = accepts(constraint.test, value);
      const [yes, no] = [() => accepts(constraint.yes, value), () => accepts(constraint.no, value)];
      if (test === undefined) return every([yes, no], (branch) => branch()) ? true : undefined;
      return test ? yes() : no();
    }
    case "opaque":
      return undefined;
    case "range":
    case "multiple":
      return typeof value === "number" ? meetsNumber(constraint, value) : true;
    case "format":
      if (typeof value === "number" && !isTextFormat(constraint.name)) return undefined;
      return typeof value === "string" ? hasFormat(value, constraint.name) : true;
    case "length":
    case "pattern":
      return typeof value === "string" ? meetsText(constraint, value) : true;
    case "itemCount":
    case "items":
    case "contains":
    case "unique":
    case "unevaluatedItems":
      return Array.isArray(value) ? meetsList(constraint, value, accepts) : true;
    default:
      return isObject(value) ? meetsObject(constraint, value, accepts) : true;
  }
};

type Of<Kind extends Constraint["kind"]> = Extract<Constraint, { kind: Kind }>;
type Accepts = (schema: Subschema | undefined, part: unknown) => Truth;

const meetsNumber = (constraint: Of<"range" | "multiple">, value: number): boolean => {
  if (constraint.kind === "multiple") return isMultiple(value, constraint.of);
  const { lower, upper } = constraint;
  if (lower !== undefined && (lower.exclusive ? value <= lower.value : value < lower.value)) return false;
  return upper === undefined || (upper.exclusive ? value < upper.value : value <= upper.value);
};

const meetsText = (constraint: Of<"length" | "pattern">, value: string): boolean => {
  if (constraint.kind === "pattern") return matches(constraint.source, value);
  const { length } = Array.from(value);
  return length >= constraint.min && length <= constraint.max;
};

const meetsList = (
  constraint: Of<"itemCount" | "items" | "contains" | "unique" | "unevaluatedItems">,
  value: readonly unknown[],
  accepts: Accepts,
): Truth => {
  switch (constraint.kind) {
    case "itemCount":
      return value.length >= constraint.min && value.length <= constraint.max;
    case "items":
      return every(value.entries(), ([index, item]) => accepts(constraint.prefix[index] ?? constraint.rest, item));
    case "contains":
      return countWithin(value, (item) => accepts(constraint.schema, item), constraint.min, constraint.max);
    case "unique":
      return new Set(value.map(canonicalJson)).size === value.length;
    case "unevaluatedItems": {
      const evaluated = evaluatedItems(constraint.owner, value, constraint, accepts);
      if (evaluated === undefined) return undefined;
      return every(value.entries(), ([index, item]) => evaluated.has(index) || accepts(constraint.schema, item));
    }
  }
};

const meetsObject = (
  constraint: Of<
    "propertyCount" | "required" | "properties" | "names" | "needs" | "dependent" | "unevaluatedProperties"
  >,
  value: Readonly<Record<string, unknown>>,
  accepts: Accepts,
): Truth => {
  switch (constraint.kind) {
    case "propertyCount": {
      const { length } = Object.keys(value);
      return length >= constraint.min && length <= constraint.max;
    }
    case "required":
      return Object.hasOwn(value, constraint.key);
    case "properties":
      return every(Object.entries(value), ([key, part]) => {
        const named = constraint.named.get(key);
        const covering = constraint.patterns.filter(({ source }) => matches(source, key)).map(({ schema }) => schema);
        if (named === undefined && covering.length === 0) return accepts(constraint.rest, part);
        return every([named, ...covering], (schema) => accepts(schema, part));
      });
    case "names":
      return every(Object.keys(value), (key) => accepts(constraint.schema, key));
    case "needs":
      return !Object.hasOwn(value, constraint.key) || Object.hasOwn(value, constraint.needed);
    case "dependent":
      return !Object.hasOwn(value, constraint.key) || accepts(constraint.schema, value);
    case "unevaluatedProperties": {
      const evaluated = evaluatedKeys(constraint.owner, value, constraint, accepts);
      if (evaluated === undefined) return undefined;
      return every(Object.entries(value), ([key, part]) => evaluated.has(key) || accepts(constraint.schema, part));
    }
  }
};
