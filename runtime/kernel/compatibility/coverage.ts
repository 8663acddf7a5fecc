// What the neighbours of `unevaluatedProperties` and `unevaluatedItems` evaluate, as far as the schema alone says it.
import type { Constraint } from "./constraint.ts";
import { constraintsOf } from "./read-constraints.ts";
import type { Subschema } from "./schema-document.ts";

export interface Coverage {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
  /** Every property. */
  readonly all: boolean;
  /** So many items from the start; Infinity for every item. */
  readonly items: number;
}

const EVERYTHING: Coverage = { names: new Set(), patterns: [], all: true, items: Number.POSITIVE_INFINITY };
const NOTHING: Coverage = { names: new Set(), patterns: [], all: false, items: 0 };

const union = (a: Coverage, b: Coverage): Coverage => ({
  names: new Set([...a.names, ...b.names]),
  patterns: [...new Set([...a.patterns, ...b.patterns])],
  all: a.all || b.all,
  items: Math.max(a.items, b.items),
});

/**
 * What a schema evaluates of every value that it accepts (`at least`), or of any (`at most`).
 * @param except the keyword that asks
 */
export const coverage = (
  schema: Subschema,
  except: { readonly kind: string } | undefined,
  extent: "at least" | "at most",
  through: readonly Subschema[] = [],
): Coverage => {
  // Whoever comes back here adds nothing new at least, and anything at most.
  if (through.includes(schema)) return extent === "at least" ? NOTHING : EVERYTHING;
  const of = (inner: Subschema | undefined): Coverage =>
    inner === undefined ? NOTHING : coverage(inner, undefined, extent, [...through, schema]);
  return constraintsOf(schema)
    .filter((constraint) => except === undefined || constraint.kind !== except.kind)
    .reduce((found, constraint) => union(found, one(constraint, of, extent)), NOTHING);
};

/** Whether a constraint asks for more than it is taken for, because it depends on values what it means. */
export const isApproximate = (constraint: Constraint): boolean => {
  if (constraint.kind === "opaque") return true;
  if (constraint.kind !== "unevaluatedProperties" && constraint.kind !== "unevaluatedItems") return false;
  const least = coverage(constraint.owner, constraint, "at least");
  const most = coverage(constraint.owner, constraint, "at most");
  return constraint.kind === "unevaluatedItems"
    ? least.items !== most.items
    : least.all !== most.all || least.names.size !== most.names.size || least.patterns.length !== most.patterns.length;
};

const one = (
  constraint: Constraint,
  of: (schema: Subschema | undefined) => Coverage,
  extent: "at least" | "at most",
): Coverage => {
  const atMost = extent === "at most";
  switch (constraint.kind) {
    case "properties": {
      const patterns = constraint.patterns.map(({ source }) => source);
      return { ...NOTHING, names: new Set(constraint.named.keys()), patterns, all: constraint.rest !== undefined };
    }
    case "unevaluatedProperties":
      return { ...NOTHING, all: true };
    case "items":
      return {
        ...NOTHING,
        items: constraint.rest === undefined ? constraint.prefix.length : Number.POSITIVE_INFINITY,
      };
    case "unevaluatedItems":
      return { ...NOTHING, items: Number.POSITIVE_INFINITY };
    case "contains":
      return atMost ? { ...NOTHING, items: Number.POSITIVE_INFINITY } : NOTHING;
    case "all":
      return constraint.schemas.map(of).reduce(union, NOTHING);
    case "any":
    case "one": {
      const [only, another] = constraint.schemas;
      if (another === undefined) return of(only);
      return atMost ? constraint.schemas.map(of).reduce(union, NOTHING) : NOTHING;
    }
    case "condition":
      return atMost ? [constraint.test, constraint.yes, constraint.no].map(of).reduce(union, NOTHING) : NOTHING;
    case "dependent":
      return atMost ? of(constraint.schema) : NOTHING;
    case "opaque":
      return atMost ? EVERYTHING : NOTHING;
    default:
      return NOTHING;
  }
};
