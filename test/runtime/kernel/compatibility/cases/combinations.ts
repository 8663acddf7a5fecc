// biome-ignore-all lint/suspicious/noThenProperty: the JSON Schema keyword
// biome-ignore-all format: a case a line
import { type Case, closed, I, N, O, open, S } from "./case.ts";

const kind = (value: string, properties: Readonly<Record<string, typeof S>> = {}) =>
  closed({ kind: { const: value }, ...properties }, ["kind"]);
const tree = (value: typeof S) => ({
  $ref: "#/$defs/tree",
  $defs: { tree: closed({ value, children: { type: "array", items: { $ref: "#/$defs/tree" } } }, ["value"]) },
});
const chain = (item: typeof S) => ({ $defs: { next: item }, ...closed({ next: { $ref: "#/$defs/next" } }) });

/** One pigeon too many for the holes, each pigeon and hole a property: nothing meets it, and no short proof says so. */
const pigeons = (count: number) => {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const holes = indexes.slice(1);
  const sits = (pigeon: number, hole: number) => `p${pigeon}h${hole}`;
  const shares = (hole: number, one: number, other: number) => ({ not: { required: [sits(one, hole), sits(other, hole)] } });
  const alone = holes.flatMap((hole) =>
    indexes.flatMap((one) => indexes.slice(one + 1).map((other) => shares(hole, one, other))),
  );
  const housed = indexes.map((pigeon) => ({ anyOf: holes.map((hole) => ({ required: [sits(pigeon, hole)] })) }));
  return { type: "object", allOf: [...housed, ...alone] };
};

export const COMBINATIONS: readonly Case[] = [
  // allOf
  ["allOf of one is that one", { allOf: [S] }, S, "U", "compatible"],
  ["allOf is all of it at once", { allOf: [S, { maxLength: 3 }] }, { type: "string", maxLength: 3 }, "U", "compatible"],
  ["the order of allOf", { allOf: [S, { maxLength: 3 }] }, { allOf: [{ maxLength: 3 }, S] }, "U", "compatible"],
  ["a part added to allOf", { allOf: [S] }, { allOf: [S, { maxLength: 3 }] }, "B", "incompatible", "length-narrowed /allOf/1/maxLength"],
  ["a part taken from allOf", { allOf: [S, { maxLength: 3 }] }, { allOf: [S] }, "B", "compatible"],
  ["parts of allOf that exclude each other", { allOf: [S, I] }, { const: "never" }, "B", "compatible"],
  ["objects closed in allOf see only their own", { allOf: [closed({ a: S }), closed({ b: S })] }, closed({}), "U", "compatible"],
  // anyOf
  ["an alternative added", { anyOf: [S] }, { anyOf: [S, I] }, "B", "compatible"],
  ["an alternative added, readers stay", { anyOf: [S] }, { anyOf: [S, I] }, "F", "incompatible", "alternatives-widened /anyOf"],
  ["an alternative taken away", { anyOf: [S, I] }, { anyOf: [S] }, "B", "incompatible", "alternatives-narrowed /anyOf"],
  ["the order of alternatives", { anyOf: [S, I] }, { anyOf: [I, S] }, "U", "compatible"],
  ["alternatives are a list of types", { anyOf: [S, I] }, { type: ["string", "integer"] }, "U", "compatible"],
  ["an alternative that another one covers", { anyOf: [N, I] }, N, "U", "compatible"],
  ["alternatives of values are one enum", { anyOf: [{ const: 1 }, { const: 2 }] }, { enum: [1, 2] }, "U", "compatible"],
  ["a range in two parts", { type: "number", minimum: 0, maximum: 10 }, { anyOf: [{ type: "number", minimum: 0, maximum: 6 }, { type: "number", minimum: 5, maximum: 10 }] }, "U", "compatible"],
  ["a range in two parts with a gap", { type: "number", minimum: 0, maximum: 10 }, { anyOf: [{ type: "number", minimum: 0, maximum: 5 }, { type: "number", minimum: 6, maximum: 10 }] }, "B", "incompatible", "alternatives-narrowed /anyOf"],
  ["a gap that no whole number falls into", { type: "integer", minimum: 0, maximum: 10 }, { type: "integer", anyOf: [{ maximum: 5 }, { minimum: 6 }] }, "B", "compatible"],
  ["one alternative tightened", { anyOf: [S, { type: "integer", minimum: 0 }] }, { anyOf: [S, { type: "integer", minimum: 1 }] }, "B", "incompatible", "range-narrowed /anyOf/1/minimum"],
  ["alternatives of a property are alternatives of the object", closed({ a: { anyOf: [S, I] } }, ["a"]), { anyOf: [closed({ a: S }, ["a"]), closed({ a: I }, ["a"])] }, "U", "compatible"],
  ["alternatives told apart by a property", closed({ kind: { enum: ["x", "y"] } }, ["kind"]), { anyOf: [kind("x"), kind("y")] }, "U", "compatible"],
  ["an alternative told apart by a property is missing", closed({ kind: { enum: ["x", "y", "z"] } }, ["kind"]), { anyOf: [kind("x"), kind("y")] }, "B", "incompatible", "alternatives-narrowed /anyOf"],
  // oneOf
  ["alternatives of oneOf that exclude each other", { oneOf: [S, I] }, { anyOf: [S, I] }, "U", "compatible"],
  ["an alternative added to oneOf", { oneOf: [S] }, { oneOf: [S, I] }, "B", "compatible"],
  ["an alternative added to oneOf that overlaps", { oneOf: [N] }, { oneOf: [N, I] }, "B", "incompatible", "alternatives-narrowed /oneOf"],
  ["oneOf becomes anyOf", { oneOf: [N, { minimum: 5 }] }, { anyOf: [N, { minimum: 5 }] }, "B", "compatible"],
  ["anyOf becomes oneOf, overlapping", { anyOf: [N, { minimum: 5 }] }, { oneOf: [N, { minimum: 5 }] }, "B", "incompatible", "alternatives-narrowed /oneOf"],
  ["oneOf unchanged, overlapping", { oneOf: [{ minimum: 1 }, { maximum: 5 }, S] }, { oneOf: [{ maximum: 5 }, S, { minimum: 1 }] }, "U", "compatible"],
  ["a branch of a tagged union grows", { oneOf: [kind("x"), kind("y")] }, { oneOf: [kind("x", { a: S }), kind("y")] }, "B", "compatible"],
  ["a branch of a tagged union shrinks", { oneOf: [kind("x", { a: S }), kind("y")] }, { oneOf: [kind("x"), kind("y")] }, "B", "incompatible", "property-removed /oneOf/0/properties/a"],
  ["a branch added to a tagged union", { oneOf: [kind("x"), kind("y")] }, { oneOf: [kind("x"), kind("y"), kind("z")] }, "B", "compatible"],
  ["two tags become the same", { oneOf: [kind("x"), kind("y")] }, { oneOf: [kind("x"), kind("x")] }, "B", "incompatible", "enum-narrowed /oneOf/1/properties/kind/const"],
  // not
  ["not excludes less", { not: { maximum: 5 } }, { not: { maximum: 3 } }, "B", "compatible"],
  ["not excludes more", { not: { maximum: 3 } }, { not: { maximum: 5 } }, "B", "incompatible", "exclusion-added /not"],
  ["not excludes more, readers stay", { not: { maximum: 5 } }, { not: { maximum: 3 } }, "F", "incompatible", "exclusion-removed /not"],
  ["not not is nothing", { not: { not: S } }, S, "U", "compatible"],
  ["not of a type is all the others", { not: S }, { type: ["null", "boolean", "number", "array", "object"] }, "U", "compatible"],
  ["not required is forbidden", { ...O, not: { required: ["a"] } }, { ...O, properties: { a: false } }, "U", "compatible"],
  ["not of what cannot be anyway", I, { type: "integer", not: S }, "U", "compatible"],
  ["De Morgan", { not: { anyOf: [S, I] } }, { allOf: [{ not: S }, { not: I }] }, "U", "compatible"],
  // if, then, else
  ["a condition unchanged", { if: S, then: { minLength: 1 } }, { if: S, then: { minLength: 1 } }, "U", "compatible"],
  ["a condition without consequence", {}, { if: S }, "U", "compatible"],
  ["a condition added", S, { type: "string", if: { minLength: 5 }, then: { pattern: "^a" } }, "B", "incompatible", "condition-narrowed /if"],
  ["a condition dropped", { if: { minLength: 5 }, then: { pattern: "^a" } }, {}, "B", "compatible"],
  ["a condition dropped, readers stay", { if: S, then: { pattern: "^a" } }, {}, "F", "incompatible", "condition-widened /if"],
  ["a condition that never applies", I, { type: "integer", if: S, then: false }, "U", "compatible"],
  ["a condition that always applies", S, { if: S, then: S, else: false }, "U", "compatible"],
  ["then tightened", { if: S, then: { minLength: 1 } }, { if: S, then: { minLength: 2 } }, "B", "incompatible", "condition-narrowed /if"],
  ["else loosened", { if: S, else: { minimum: 1 } }, { if: S, else: { minimum: 0 } }, "B", "compatible"],
  ["a condition is two alternatives", { if: S, then: { maxLength: 3 }, else: I }, { anyOf: [{ type: "string", maxLength: 3 }, I] }, "U", "compatible"],
  // references
  ["moved into a definition", closed({ a: S }), { ...closed({ a: { $ref: "#/$defs/x" } }), $defs: { x: S } }, "U", "compatible"],
  ["a definition renamed", { $ref: "#/$defs/x", $defs: { x: S } }, { $ref: "#/$defs/y", $defs: { y: S } }, "U", "compatible"],
  ["a definition changed where it is used", chain(S), chain(I), "B", "incompatible", "type-narrowed /$defs/next/type"],
  ["a definition changed that nobody uses", { ...S, $defs: { x: S } }, { ...S, $defs: { x: I } }, "U", "compatible"],
  ["a reference by anchor", { $ref: "#x", $defs: { y: { $anchor: "x", ...S } } }, S, "U", "compatible"],
  ["a reference by $id", { $id: "https://example.com/a", $ref: "b", $defs: { y: { $id: "b", ...S } } }, S, "U", "compatible"],
  ["a reference by a dynamic anchor that has one meaning", { $dynamicRef: "#x", $defs: { y: { $dynamicAnchor: "x", ...S } } }, S, "U", "compatible"],
  ["what stands beside a reference counts", { $ref: "#/$defs/x", maxLength: 3, $defs: { x: S } }, { type: "string", maxLength: 3 }, "U", "compatible"],
  ["what stands beside a reference in Draft-07 does not", { $schema: "http://json-schema.org/draft-07/schema#", $ref: "#/definitions/x", maxLength: 3, definitions: { x: S } }, S, "U", "compatible"],
  ["a recursive schema unchanged", tree(S), tree(S), "U", "compatible"],
  ["a recursive schema widened", tree(I), tree(N), "B", "compatible"],
  ["a recursive schema narrowed", tree(N), tree(I), "B", "incompatible", "type-narrowed /$defs/tree/properties/value/type"],
  ["a recursive schema unrolled once", tree(S), { ...tree(S), ...closed({ value: S, children: { type: "array", items: { $ref: "#/$defs/tree" } } }, ["value"]), $ref: "#/$defs/tree" }, "U", "compatible"],
  ["two schemas that refer to each other", { $ref: "#/$defs/a", $defs: { a: open({ b: { $ref: "#/$defs/b" } }), b: open({ a: { $ref: "#/$defs/a" } }) } }, { $ref: "#/$defs/c", $defs: { c: open({ b: open({ a: { $ref: "#/$defs/c" } }) }) } }, "U", "compatible"],
  ["a schema that needs itself without end accepts nothing", { ...open({ a: { $ref: "#" } }, ["a"]) }, { const: "never" }, "B", "compatible"],
  ["a reference out of the file, kept", closed({ a: { $ref: "other.json" } }), closed({ a: { $ref: "other.json" }, b: S }), "B", "compatible"],
  ["a reference out of the file, added", closed({ a: S }), closed({ a: { $ref: "other.json" } }), "B", "undecided", "reference-unresolved /properties/a/$ref"],
  ["a change beside a reference out of the file, which may forbid it anyway", { $ref: "other.json", ...closed({ a: N }) }, { $ref: "other.json", ...closed({ a: I }) }, "B", "undecided", "undecided /properties/a/type"],
  ["a reference to nothing", closed({ a: S }), closed({ a: { $ref: "#/$defs/none" } }), "B", "undecided", "reference-unresolved /properties/a/$ref"],
  // what cannot be decided
  ["three pigeons in two holes: nothing is accepted", pigeons(3), { const: "never" }, "B", "compatible"],
  ["six pigeons in five holes: given up", pigeons(6), { const: "never" }, "B", "undecided", "too-complex /const"],
  // notes
  ["title, description, default, examples", { title: "a", ...S }, { title: "b", description: "c", default: 1, examples: [2], ...S }, "U", "compatible"],
  ["keywords that nobody knows", { "x-a": 1, foo: 2, ...S }, { "x-a": 2, bar: 3, ...S }, "U", "compatible"],
];
