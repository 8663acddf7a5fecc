// Which parts of a value the neighbours of `unevaluatedProperties` and `unevaluatedItems` have looked at.
import type { Constraint } from "./constraint.ts";
import { matches } from "./matches.ts";
import { constraintsOf } from "./read-constraints.ts";
import type { Subschema } from "./schema-document.ts";
import type { Truth } from "./truth.ts";

type Accepts = (schema: Subschema | undefined, part: unknown) => Truth;

/** What one constraint looks at by itself, and undefined where that cannot be told. */
type Own<Part> = (constraint: Constraint) => Iterable<Part> | undefined;

/** The properties that the other constraints of a schema evaluate; undefined when that depends on the unknown. */
export const evaluatedKeys = (
  owner: Subschema,
  value: Readonly<Record<string, unknown>>,
  except: Constraint,
  accepts: Accepts,
): ReadonlySet<string> | undefined => {
  const keys = Object.keys(value);
  return collect(owner, value, except, accepts, (constraint) => {
    if (constraint.kind === "unevaluatedProperties") return keys;
    if (constraint.kind !== "properties") return [];
    const { named, patterns, rest } = constraint;
    if (rest !== undefined) return keys;
    return keys.filter((key) => named.has(key) || patterns.some(({ source }) => matches(source, key)));
  });
};

/** The indexes that the other constraints of a schema evaluate; undefined when that depends on the unknown. */
export const evaluatedItems = (
  owner: Subschema,
  value: readonly unknown[],
  except: Constraint,
  accepts: Accepts,
): ReadonlySet<number> | undefined =>
  collect<number>(owner, value, except, accepts, (constraint) => {
    if (constraint.kind === "unevaluatedItems") return value.keys();
    if (constraint.kind === "items") return constraint.rest === undefined ? constraint.prefix.keys() : value.keys();
    if (constraint.kind !== "contains") return [];
    const found = value.map((item) => accepts(constraint.schema, item));
    return found.includes(undefined) ? undefined : [...found.keys()].filter((index) => found[index] === true);
  });

const collect = <Part>(
  owner: Subschema,
  value: unknown,
  except: Constraint,
  accepts: Accepts,
  own: Own<Part>,
): Set<Part> | undefined => {
  const found = new Set<Part>();
  for (const constraint of constraintsOf(owner)) {
    if (constraint === except) continue;
    const looked = own(constraint);
    if (looked === undefined) return undefined;
    for (const part of looked) found.add(part);
    const passed = passing(constraint, value, accepts);
    if (passed === undefined) return undefined;
    for (const schema of passed) {
      const within = collect(schema, value, except, accepts, own);
      if (within === undefined) return undefined;
      for (const part of within) found.add(part);
    }
  }
  return found;
};

/** The subschemas for the same value that it passes: only those pass on what they have evaluated. */
const passing = (constraint: Constraint, value: unknown, accepts: Accepts): Subschema[] | undefined => {
  const candidates = applied(constraint, value, accepts);
  if (candidates === undefined) return undefined;
  const truths = candidates.map((schema) => accepts(schema, value));
  return truths.includes(undefined) ? undefined : candidates.filter((_, index) => truths[index] === true);
};

const applied = (constraint: Constraint, value: unknown, accepts: Accepts): Subschema[] | undefined => {
  switch (constraint.kind) {
    case "all":
    case "any":
    case "one":
      return [...constraint.schemas];
    case "condition": {
      const test = accepts(constraint.test, value);
      if (test === undefined) return undefined;
      // By the specification it counts; Ajv passes over an if without then and else.
      if (test && constraint.yes === undefined && constraint.no === undefined) return undefined;
      return (test ? [constraint.test, constraint.yes] : [constraint.no]).filter((schema) => schema !== undefined);
    }
    case "dependent":
      return typeof value === "object" && value !== null && Object.hasOwn(value, constraint.key)
        ? [constraint.schema]
        : [];
    case "opaque":
      return undefined;
    default:
      return [];
  }
};
