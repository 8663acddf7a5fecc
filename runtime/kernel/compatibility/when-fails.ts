import {
  ANY_TYPE,
  ARRAY,
  type Bound,
  type Constraint,
  NUMBER,
  OBJECT,
  type Requirement,
  STRING,
} from "./constraint.ts";
import { coverage } from "./coverage.ts";
import { isTextFormat } from "./formats.ts";
import { ANYTHING, CERTAIN, type Goal, type Literal, type Region, type Step } from "./goal.ts";
import { failing, meeting, whole } from "./parts.ts";
import { constraintsOf } from "./read-constraints.ts";

/** What follows when a constraint fails: alternatives, of which one at least is the case. */
export const whenFails = (constraint: Constraint): readonly Step[] => {
  switch (constraint.kind) {
    case "never":
    case "values":
    case "opaque":
      return CERTAIN;
    case "types":
      return failsTypes(constraint.types, constraint.whole);
    case "range": {
      const { lower, upper } = constraint;
      return [
        ...(lower === undefined ? [] : [numbers({ kind: "range", upper: opposite(lower) })]),
        ...(upper === undefined ? [] : [numbers({ kind: "range", lower: opposite(upper) })]),
      ];
    }
    case "multiple":
      return [numbers({ ...constraint, holds: false })];
    case "length":
    case "itemCount":
    case "propertyCount": {
      const { kind, min, max } = constraint;
      const types = { length: STRING, itemCount: ARRAY, propertyCount: OBJECT }[kind];
      return [
        ...(min > 0 ? [{ types, literals: [{ kind, min: 0, max: min - 1 }] }] : []),
        ...(max < Number.POSITIVE_INFINITY
          ? [{ types, literals: [{ kind, min: max + 1, max: Number.POSITIVE_INFINITY }] }]
          : []),
      ];
    }
    case "format":
      if (!isTextFormat(constraint.name)) return [{ types: STRING | NUMBER }];
      return [{ types: STRING, literals: [{ ...constraint, holds: false }] }];
    case "pattern":
      return [{ types: STRING, literals: [{ ...constraint, holds: false }] }];
    case "unique":
      return [{ types: ARRAY, literals: [{ kind: "unique", holds: false }] }];
    case "items":
    case "contains":
    case "unevaluatedItems":
      return failsList(constraint).map((literal) => ({ types: ARRAY, literals: [literal] }));
    case "required":
      return [{ types: OBJECT, literals: [{ kind: "present", key: constraint.key, holds: false }] }];
    case "properties":
    case "names":
    case "unevaluatedProperties":
      return failsProperties(constraint).map((literal) => ({ types: OBJECT, literals: [literal] }));
    case "needs":
      return [
        {
          types: OBJECT,
          literals: [
            { kind: "present", key: constraint.key, holds: true },
            { kind: "present", key: constraint.needed, holds: false },
          ],
        },
      ];
    case "dependent":
      return [
        {
          types: OBJECT,
          literals: [{ kind: "present", key: constraint.key, holds: true }],
          fails: whole([constraint.schema]),
        },
      ];
    case "all":
      return constraint.schemas.flatMap(constraintsOf).map((part) => ({ fails: [part] }));
    case "any":
      return [{ fails: whole(constraint.schemas) }];
    case "one":
      return [
        { fails: whole(constraint.schemas) },
        ...pairs(constraint.schemas).map((pair) => ({ holds: whole(pair) })),
      ];
    case "not":
      return [{ holds: whole([constraint.schema]) }];
    case "condition":
      return [
        ...(constraint.yes === undefined ? [] : [{ holds: whole([constraint.test]), fails: whole([constraint.yes]) }]),
        ...(constraint.no === undefined ? [] : [{ fails: whole([constraint.test, constraint.no]) }]),
      ];
  }
};

type Of<Kind extends Constraint["kind"]> = Extract<Requirement, { kind: Kind }>;

const numbers = (literal: Literal): Step => ({ types: NUMBER, literals: [literal] });

const opposite = ({ value, exclusive }: Bound): Bound => ({ value, exclusive: !exclusive });

const failsTypes = (types: number, wholeOnly: boolean): Step[] => {
  const others = ANY_TYPE & ~types;
  const without: Step[] = others === 0 ? [] : [{ types: others }];
  return wholeOnly ? [...without, numbers({ kind: "multiple", of: 1, holds: false })] : without;
};

const pairs = <T>(list: readonly T[]): [T, T][] =>
  list.flatMap((first, index) => list.slice(index + 1).map((second): [T, T] => [first, second]));

const failsList = (constraint: Of<"items" | "contains" | "unevaluatedItems">): Literal[] => {
  switch (constraint.kind) {
    case "items": {
      const { prefix, rest } = constraint;
      return [
        ...prefix.map((schema, index): Literal => ({ kind: "item", from: index, to: index, goal: failing(schema) })),
        ...(rest === undefined ? [] : [fromIndex(prefix.length, failing(rest))]),
      ];
    }
    case "contains": {
      const { min, max } = constraint;
      const goal = meeting(constraint.schema);
      return [
        ...(min > 0 ? [{ kind: "matching" as const, goal, min: 0, max: min - 1 }] : []),
        ...(max < Number.POSITIVE_INFINITY
          ? [{ kind: "matching" as const, goal, min: max + 1, max: Number.POSITIVE_INFINITY }]
          : []),
      ];
    }
    case "unevaluatedItems": {
      const { items } = coverage(constraint.owner, constraint, "at least");
      return items === Number.POSITIVE_INFINITY ? [] : [fromIndex(items, failing(constraint.schema))];
    }
  }
};

const fromIndex = (from: number, goal: Goal): Literal => ({ kind: "item", from, to: Number.POSITIVE_INFINITY, goal });

const failsProperties = (constraint: Of<"properties" | "names" | "unevaluatedProperties">): Literal[] => {
  const property = (region: Region, goal: Goal, name = ANYTHING): Literal => ({ kind: "property", region, goal, name });
  switch (constraint.kind) {
    case "properties": {
      const { named, patterns, rest } = constraint;
      const others: Region = {
        at: "rest",
        keys: new Set(named.keys()),
        patterns: patterns.map(({ source }) => source),
      };
      return [
        ...[...named].map(([key, schema]) => property({ at: "key", key }, failing(schema))),
        ...patterns.map(({ source, schema }) => property({ at: "pattern", source }, failing(schema))),
        ...(rest === undefined ? [] : [property(others, failing(rest))]),
      ];
    }
    case "names":
      return [property({ at: "rest", keys: new Set(), patterns: [] }, ANYTHING, failing(constraint.schema))];
    case "unevaluatedProperties": {
      const { names, patterns, all } = coverage(constraint.owner, constraint, "at least");
      return all ? [] : [property({ at: "rest", keys: names, patterns }, failing(constraint.schema))];
    }
  }
};
