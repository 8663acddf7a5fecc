import { canonicalJson } from "../canonical-json.ts";
import type { Constraint } from "./constraint.ts";
import { constraintsOf } from "./read-constraints.ts";
import type { Subschema } from "./schema-document.ts";

/**
 * Short names for schemas and constraints: those with the same name accept the same values, whatever document they
 * stand in and however they are cut by references. The reverse does not hold.
 */
export class Fingerprints {
  readonly #numbers = new Map<string, string>();
  readonly #schemas = new Map<Subschema, string>();
  readonly #constraints = new WeakMap<Constraint, string>();

  /** @param roots everything that is going to be named is in reach of them */
  constructor(roots: readonly Subschema[]) {
    const unsettled: Subschema[] = [];
    const visited = new Set<Subschema>();
    for (const root of roots) this.#settle(target(root), visited, unsettled);
    this.#refine(unsettled);
  }

  of(constraint: Constraint): string {
    let known = this.#constraints.get(constraint);
    if (known === undefined) {
      known = this.#number(write(constraint, this.#name));
      this.#constraints.set(constraint, known);
    }
    return known;
  }

  ofAll(constraints: readonly Constraint[]): string {
    return [...new Set(constraints.map((constraint) => this.of(constraint)))].sort().join();
  }

  /** Names a schema after those it is made of, and leaves what stands in a cycle, or over one, for later. */
  #settle(schema: Subschema, visited: Set<Subschema>, unsettled: Subschema[]): void {
    if (visited.has(schema)) return;
    visited.add(schema);
    let settled = true;
    const parts = describe(schema, (part) => {
      this.#settle(target(part), visited, unsettled);
      const name = this.#schemas.get(target(part));
      if (name === undefined) settled = false;
      return name ?? "";
    });
    if (settled) this.#schemas.set(schema, this.#number(parts));
    else unsettled.push(schema);
  }

  /** Takes all for equal, then tells apart what differs, round by round, until a round tells nothing more apart. */
  #refine(schemas: readonly Subschema[]): void {
    for (const schema of schemas) this.#schemas.set(schema, "?");
    for (let classes = 1, before = 0; classes > before; ) {
      before = classes;
      const names = schemas.map((schema) => this.#number(describe(schema, this.#name)));
      for (const [index, schema] of schemas.entries()) this.#schemas.set(schema, names[index] ?? "?");
      classes = new Set(names).size;
    }
  }

  readonly #name = (schema: Subschema): string => this.#schemas.get(target(schema)) ?? "?";

  #number(text: string): string {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = `#${this.#numbers.size}`;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

const describe = (schema: Subschema, name: (part: Subschema) => string): string =>
  `{${[...new Set(constraintsOf(schema).map((constraint) => write(constraint, name)))].sort().join()}}`;

/** A schema that only points at another one accepts what that one accepts. */
const target = (schema: Subschema): Subschema => {
  const passed = new Set<Subschema>();
  for (let at = schema; !passed.has(at); ) {
    passed.add(at);
    const [only, another] = constraintsOf(at);
    const next =
      another === undefined && only?.kind === "all" && only.schemas.length === 1 ? only.schemas[0] : undefined;
    if (next === undefined) return at;
    at = next;
  }
  return schema;
};

const write = (constraint: Constraint, nameOf: (schema: Subschema) => string): string => {
  const name = (schema: Subschema | undefined): string => (schema === undefined ? "" : nameOf(schema));
  const { kind } = constraint;
  switch (kind) {
    case "never":
    case "unique":
      return kind;
    case "types":
      return `types ${constraint.types} ${constraint.whole}`;
    case "values":
      return `values ${constraint.values.map(canonicalJson).sort().join()}`;
    case "range":
      return `range ${JSON.stringify([constraint.lower, constraint.upper])}`;
    case "multiple":
      return `multiple ${constraint.of}`;
    case "length":
    case "itemCount":
    case "propertyCount":
      return `${kind} ${constraint.min} ${constraint.max}`;
    case "pattern":
      return `pattern ${JSON.stringify(constraint.source)}`;
    case "format":
      return `format ${JSON.stringify(constraint.name)}`;
    case "items":
      return `items ${constraint.prefix.map(name).join()};${name(constraint.rest)}`;
    case "contains":
      return `contains ${name(constraint.schema)} ${constraint.min} ${constraint.max}`;
    case "required":
      return `required ${JSON.stringify(constraint.key)}`;
    case "properties": {
      const named = [...constraint.named].map(([key, schema]) => `${JSON.stringify(key)}:${name(schema)}`).sort();
      const patterns = constraint.patterns.map(({ source, schema }) => `${JSON.stringify(source)}:${name(schema)}`);
      return `properties ${named.join()};${patterns.sort().join()};${name(constraint.rest)}`;
    }
    case "names":
    case "not":
      return `${kind} ${name(constraint.schema)}`;
    case "needs":
      return `needs ${JSON.stringify([constraint.key, constraint.needed])}`;
    case "dependent":
      return `dependent ${JSON.stringify(constraint.key)} ${name(constraint.schema)}`;
    case "all": {
      const [only, another] = constraint.schemas;
      return only !== undefined && another === undefined
        ? `all ${name(only)}`
        : `all ${constraint.schemas.map(name).join()}`;
    }
    case "any":
    case "one":
      return `${kind} ${constraint.schemas.map(name).join()}`;
    case "condition":
      return `condition ${name(constraint.test)} ${name(constraint.yes)};${name(constraint.no)}`;
    case "unevaluatedProperties":
    case "unevaluatedItems": {
      // What its neighbours evaluate is part of its meaning.
      const neighbours = constraintsOf(constraint.owner).filter((other) => !other.kind.startsWith("unevaluated"));
      return `${kind} ${name(constraint.schema)} {${neighbours.map((other) => write(other, nameOf)).join()}}`;
    }
    case "opaque":
      return `opaque ${JSON.stringify(constraint.text)}`;
  }
};
