// Says which of the reader's constraints refuse what the writer allows, and where: the reasons behind a failed proof.

import { ARRAY, asConstraint, type Constraint, made, OBJECT } from "./constraint.ts";
import { meets } from "./evaluate.ts";
import type { Fingerprints } from "./fingerprints.ts";
import { both, type Example, type Goal, type Literal } from "./goal.ts";
import { matches } from "./matches.ts";
import { constraintsOf } from "./read-constraints.ts";
import type { Difference } from "./rule-pairs.ts";
import { escapePointer, SchemaDocument, type Subschema } from "./schema-document.ts";
import type { Solver } from "./solver.ts";
import { every } from "./truth.ts";
import { itemGoals } from "./types/list.ts";
import { keysOf, propertyGoals } from "./types/object.ts";

/** One constraint of the reader that not everything of the writer meets. */
export interface Finding {
  readonly difference: Difference;
  /** JSON Pointer in the reader's document. */
  readonly path: string;
  /** What the reader asks for, such as `maxLength: 40`. */
  readonly asks: string;
  /** The property whose absence is the example. */
  readonly missing?: string;
  /** A value for this place that the writer allows and the reader refuses. Without one the finding is no proof. */
  readonly example: Example | undefined;
  /** Whether the writer may ask for more than was looked at here, so that the example proves nothing by itself. */
  readonly isApproximate: boolean;
  readonly exhausted: boolean;
}

/** The schema that accepts everything. */
export const ANYTHING_SCHEMA: Subschema = new SchemaDocument(true).root;

/** Writers with more alternatives than this are not followed into each of them. */
const MAX_LEAVES = 8;

export class Explainer {
  readonly #solver: Solver;
  readonly #fingerprints: Fingerprints;
  readonly #visited = new Set<string>();
  /** How often an explanation was cut short because it was given before. */
  #repetitions = 0;
  #isApproximate = false;

  constructor(solver: Solver, fingerprints: Fingerprints) {
    this.#solver = solver;
    this.#fingerprints = fingerprints;
  }

  /** Every reason for which the reader refuses something of the writer; empty when it refuses nothing. */
  explain(writer: Goal, reader: Subschema): Finding[] {
    const key = `${this.#fingerprints.ofAll(writer.holds)}!${this.#fingerprints.ofAll(writer.fails)}!${reader.pointer}`;
    if (this.#isIncluded(writer, asConstraint(reader))) return [];
    if (this.#visited.has(key)) {
      this.#repetitions += 1;
      return [];
    }
    this.#visited.add(key);
    return constraintsOf(reader).flatMap((constraint) => {
      if (this.#isIncluded(writer, constraint)) return [];
      const before = this.#repetitions;
      const deeper = this.#descend(writer, constraint, reader);
      const isTold = deeper.length > 0 || this.#repetitions > before;
      return isTold ? deeper : [this.#finding(writer, constraint, reader)];
    });
  }

  /** Whether a value is really allowed by the writer and refused by the constraint. */
  isRefuted(writer: Goal, constraint: Constraint, { value }: Example): boolean {
    const allowed = every(writer.holds, (part) => meets(part, value)) === true;
    return allowed && writer.fails.every((part) => meets(part, value) === false) && meets(constraint, value) === false;
  }

  #isIncluded(writer: Goal, constraint: Constraint): boolean {
    return this.#solver.solve(both(writer, { holds: [], fails: [constraint] })).closed;
  }

  #finding(writer: Goal, constraint: Constraint, reader: Subschema, more: Partial<Finding> = {}): Finding {
    this.#solver.refresh();
    const outcome = this.#solver.solve(both(writer, { holds: [], fails: [constraint] }));
    const example = outcome.closed ? undefined : outcome.example;
    const sure = example !== undefined && this.isRefuted(writer, constraint, example);
    const { exhausted } = this.#solver;
    this.#solver.refresh();
    return {
      difference: constraint.kind,
      path: pathOf(constraint, reader),
      asks: asks(constraint, reader),
      ...(constraint.kind === "required" ? { missing: constraint.key } : {}),
      example: sure ? example : undefined,
      isApproximate: this.#isApproximate,
      exhausted,
      ...more,
    };
  }

  #descend(writer: Goal, constraint: Constraint, reader: Subschema): Finding[] {
    switch (constraint.kind) {
      case "all":
        return constraint.schemas.flatMap((schema) => this.explain(writer, schema));
      case "properties":
        return this.#properties(writer, constraint, reader);
      case "items":
        return this.#inEachLeaf(writer, ARRAY, (leaf) => {
          const { length, goalAt } = itemGoals(leaf);
          const places = Array.from({ length: Math.max(length, constraint.prefix.length) + 1 }, (_, index) => index);
          return places.flatMap((index) => {
            const schema = constraint.prefix[index] ?? constraint.rest;
            return schema === undefined ? [] : this.#part(goalAt(index), schema, "items");
          });
        });
      case "any":
      case "one":
        return this.#alternatives(writer, constraint);
      default:
        return [];
    }
  }

  /** Below a place: a schema that is false refuses the part as such. */
  #part(goal: Goal, schema: Subschema, difference: Difference): Finding[] {
    if (schema.value !== false) return this.explain(goal, schema);
    const whole = asConstraint(schema);
    return this.#isIncluded(goal, whole)
      ? []
      : [this.#finding(goal, whole, schema, { difference, path: schema.pointer })];
  }

  #properties(writer: Goal, constraint: Extract<Constraint, { kind: "properties" }>, reader: Subschema): Finding[] {
    return this.#inEachLeaf(writer, OBJECT, (leaf) => {
      const goalAt = propertyGoals(leaf);
      const keys = new Set([...keysOf(leaf), ...constraint.named.keys()]);
      for (const literal of leaf) if (literal.kind === "present" && !literal.holds) keys.delete(literal.key);
      const findings = [...keys].flatMap((key) => this.#property(key, goalAt({ key }), leaf, constraint, reader));
      // What concerns properties without a name of their own is asked of an object that has no others.
      const unnamed = new Map([...keys].map((key) => [key, ANYTHING_SCHEMA]));
      const patterns = constraint.patterns.filter(
        ({ source }) => findings.length === 0 || ![...keys].some((key) => matches(source, key)),
      );
      for (const pattern of patterns) {
        const only = made({ kind: "properties", named: new Map(), patterns: [pattern], rest: undefined });
        if (!this.#isIncluded(writer, only))
          findings.push(
            this.#finding(writer, only, reader, { difference: "patternProperties", path: pattern.schema.pointer }),
          );
      }
      if (constraint.rest !== undefined) {
        const others = constraint.patterns.map(({ source }) => ({ source, schema: ANYTHING_SCHEMA }));
        const only = made({ kind: "properties", named: unnamed, patterns: others, rest: constraint.rest });
        if (!this.#isIncluded(writer, only))
          findings.push(this.#finding(writer, only, reader, { path: constraint.rest.pointer }));
      }
      return findings;
    });
  }

  #property(
    key: string,
    goal: Goal,
    leaf: readonly Literal[],
    { named, patterns, rest }: Extract<Constraint, { kind: "properties" }>,
    reader: Subschema,
  ): Finding[] {
    const own = named.get(key);
    const covering = patterns.filter(({ source }) => matches(source, key)).map(({ schema }) => schema);
    const path = `${reader.pointer}/properties/${escapePointer(key)}`;
    const schemas = own === undefined ? covering : [own, ...covering];
    if (schemas.length === 0 && rest !== undefined) schemas.push(rest);
    return schemas.flatMap((schema) => {
      const whole = asConstraint(schema);
      if (this.#isIncluded(goal, whole)) return [];
      if (schema.value === false)
        return [
          this.#finding(goal, whole, schema, { difference: "refused", path, asks: `${keywordAt(schema)}: false` }),
        ];
      if (own !== undefined && !declares(leaf, key)) {
        const asked = `properties: ${JSON.stringify({ [key]: own.value })}`;
        return [this.#finding(goal, whole, schema, { difference: "constrained", path, asks: asked })];
      }
      return this.explain(goal, schema);
    });
  }

  /** Alternatives that stand side by side in both schemas are compared one by one, to say more than that one changed. */
  #alternatives(writer: Goal, constraint: Extract<Constraint, { kind: "any" | "one" }>): Finding[] {
    const before = flatten(writer.holds).find(
      (other) => other.kind === constraint.kind && other.schemas.length === constraint.schemas.length,
    );
    if (before?.kind !== constraint.kind) return [];
    return before.schemas.flatMap((schema, index) => {
      const after = constraint.schemas[index];
      const fits = constraint.schemas.some((other) =>
        this.#isIncluded({ holds: [asConstraint(schema)], fails: [] }, asConstraint(other)),
      );
      return fits || after === undefined ? [] : this.explain({ holds: [asConstraint(schema)], fails: [] }, after);
    });
  }

  #inEachLeaf(writer: Goal, type: number, explain: (leaf: readonly Literal[]) => Finding[]): Finding[] {
    const leaves = this.#solver.leaves(writer, type, MAX_LEAVES) ?? [];
    return leaves.flatMap(({ literals, isExact }) => {
      const outer = this.#isApproximate;
      this.#isApproximate ||= !isExact;
      const findings = explain(literals);
      this.#isApproximate = outer;
      return findings;
    });
  }
}

const flatten = (constraints: readonly Constraint[], through: readonly Constraint[] = []): Constraint[] =>
  constraints.flatMap((constraint) =>
    constraint.kind !== "all" || through.includes(constraint)
      ? [constraint]
      : flatten(constraint.schemas.flatMap(constraintsOf), [...through, constraint]),
  );

/** Whether the writer says anything of this very property. */
const declares = (leaf: readonly Literal[], key: string): boolean =>
  leaf.some(
    (literal) =>
      literal.kind === "properties" &&
      (literal.rules.named.has(key) || literal.rules.patterns.some(({ source }) => matches(source, key))),
  );

const pathOf = (constraint: Constraint, reader: Subschema): string =>
  constraint.kind === "required"
    ? `${reader.pointer}/properties/${escapePointer(constraint.key)}`
    : constraint.pointer || reader.pointer;

/** The keyword that a schema without further names below it stands under. */
const keywordAt = ({ pointer }: Subschema): string => {
  const [last = "", before = ""] = pointer.split("/").reverse();
  return before === "properties" || before === "patternProperties" ? `${before}/${last}` : last;
};

const asks = (constraint: Constraint, { value }: Subschema): string => {
  if (typeof value === "boolean") return "false";
  const shown = constraint.kind === "required" ? [constraint.key] : value[constraint.keyword];
  const text = shown === undefined ? "" : `: ${JSON.stringify(shown)}`;
  return `${constraint.keyword || "its schema"}${text.length > 80 ? "" : text}`;
};
