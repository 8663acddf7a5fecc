import type { Constraint } from "./constraint.ts";
import { coverage } from "./coverage.ts";
import { isTextFormat } from "./formats.ts";
import { ANYTHING, CERTAIN, type Literal, type Step } from "./goal.ts";
import { meeting, whole } from "./parts.ts";
import { constraintsOf } from "./read-constraints.ts";

const sure = (literal: Literal): Step[] => [{ literals: [literal] }];

/**
 * What follows when a constraint holds: alternatives, of which one at least is the case. One alternative is certain, none
 * is a contradiction. Lists of values are not taken apart: they end a proof.
 */
export const whenHolds = (constraint: Constraint): readonly Step[] => {
  switch (constraint.kind) {
    case "never":
      return [];
    case "values":
    case "opaque":
      return CERTAIN;
    case "types":
      return [
        { types: constraint.types, literals: constraint.whole ? [{ kind: "multiple", of: 1, holds: true }] : [] },
      ];
    case "range":
    case "length":
    case "itemCount":
    case "propertyCount":
      return sure(constraint);
    case "format":
      return isTextFormat(constraint.name) ? sure({ ...constraint, holds: true }) : CERTAIN;
    case "multiple":
    case "pattern":
    case "unique":
      return sure({ ...constraint, holds: true });
    case "items":
      return sure({ kind: "items", prefix: constraint.prefix.map(meeting), rest: meeting(constraint.rest) });
    case "contains":
      return sure({ kind: "matching", goal: meeting(constraint.schema), min: constraint.min, max: constraint.max });
    case "required":
      return sure({ kind: "present", key: constraint.key, holds: true });
    case "properties":
      return sure({
        kind: "properties",
        rules: {
          named: new Map([...constraint.named].map(([key, schema]) => [key, meeting(schema)])),
          patterns: constraint.patterns.map(({ source, schema }) => ({ source, goal: meeting(schema) })),
          rest: meeting(constraint.rest),
        },
      });
    case "names":
      return sure({ kind: "names", goal: meeting(constraint.schema) });
    case "needs":
      return [
        { literals: [{ kind: "present", key: constraint.key, holds: false }] },
        { literals: [{ kind: "present", key: constraint.needed, holds: true }] },
      ];
    case "dependent":
      return [
        { literals: [{ kind: "present", key: constraint.key, holds: false }] },
        { holds: whole([constraint.schema]) },
      ];
    case "all":
      return [{ holds: constraint.schemas.flatMap(constraintsOf) }];
    case "any":
      return constraint.schemas.map((schema) => ({ holds: whole([schema]) }));
    case "one":
      return constraint.schemas.map((schema, index) => ({
        holds: whole([schema]),
        fails: whole(constraint.schemas.filter((_, other) => other !== index)),
      }));
    case "not":
      return [{ fails: whole([constraint.schema]) }];
    case "condition":
      if (constraint.yes === undefined && constraint.no === undefined) return CERTAIN;
      return [
        { holds: whole([constraint.test, constraint.yes]) },
        { holds: whole([constraint.no]), fails: whole([constraint.test]) },
      ];
    case "unevaluatedProperties": {
      // Of what may have been evaluated nothing is known, which only makes the proof harder.
      const { names, patterns, all } = coverage(constraint.owner, constraint, "at most");
      if (all) return CERTAIN;
      const named = new Map([...names].map((key) => [key, ANYTHING]));
      return sure({
        kind: "properties",
        rules: {
          named,
          patterns: patterns.map((source) => ({ source, goal: ANYTHING })),
          rest: meeting(constraint.schema),
        },
      });
    }
    case "unevaluatedItems": {
      const { items } = coverage(constraint.owner, constraint, "at most");
      if (items === Number.POSITIVE_INFINITY) return CERTAIN;
      return sure({ kind: "items", prefix: Array(items).fill(ANYTHING), rest: meeting(constraint.schema) });
    }
  }
};
