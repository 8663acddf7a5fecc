import { assess, type CompatibilityReport, distinct, type SchemaChange, verdictOf } from "./assess.ts";
import { COMPATIBILITY_RULES, type CompatibilityRuleId } from "./rules.ts";
import { SchemaDocument } from "./schema-document.ts";
import { waiversOf } from "./waivers.ts";

export type { CompatibilityReport, SchemaChange, Verdict } from "./assess.ts";
export { COMPATIBILITY_RULES, type CompatibilityRule, type CompatibilityRuleId } from "./rules.ts";

/**
 * Who must be able to read what. BACKWARD: readers with the new schema, what was written with the old one. FORWARD:
 * readers with the old schema, what is written with the new one. FULL: both. The transitive modes ask it of every
 * earlier version, the others of the last one.
 */
export const COMPATIBILITY_MODES = [
  "BACKWARD",
  "FORWARD",
  "FULL",
  "BACKWARD_TRANSITIVE",
  "FORWARD_TRANSITIVE",
  "FULL_TRANSITIVE",
] as const;

export type CompatibilityMode = (typeof COMPATIBILITY_MODES)[number];

/**
 * Compares a schema with the one before it, or with all before it, oldest first. Compatible only when that is proven;
 * incompatible only with a value that shows it; undecided, which counts as incompatible, when neither was found.
 * Differences that break nothing in this mode are listed too.
 * @param before a JSON Schema 2020-12 or Draft-07 document, or a list of them
 * @throws NexusError NEXUS_SCHEMA_INVALID when a document is not a JSON Schema, or a waiver in it is incomplete
 * @example checkCompatibility({ type: "integer" }, { type: "number" }, "BACKWARD").verdict // "compatible"
 */
export const checkCompatibility = (before: unknown, after: unknown, mode: CompatibilityMode): CompatibilityReport =>
  checkWithout(before, after, mode, new Set());

/** What is to be said when a version is no longer there at all. */
export const removedVersion = (): CompatibilityReport => {
  const rule = "nexus-schema-version-removed";
  const { meaning, remedy } = COMPATIBILITY_RULES[rule];
  return { verdict: "incompatible", changes: [{ rule, path: "", breaking: true, why: meaning, remedy }] };
};

/** As {@link checkCompatibility} with some rules switched off; for the test that each of them is needed. */
export const checkWithout = (
  before: unknown,
  after: unknown,
  mode: CompatibilityMode,
  disabled: ReadonlySet<CompatibilityRuleId>,
): CompatibilityReport => {
  const document = new SchemaDocument(after);
  const waivers = waiversOf(after);
  const listed: readonly unknown[] = Array.isArray(before) ? before : [before];
  const earlier = mode.endsWith("_TRANSITIVE") ? listed : listed.slice(-1);
  const narrower = !mode.startsWith("FORWARD");
  const wider = !mode.startsWith("BACKWARD");
  const changes: SchemaChange[] = [];
  for (const schema of earlier) {
    const options = { narrower, wider, waivers, disabled };
    changes.push(...assess(new SchemaDocument(schema), document, options).changes);
  }
  const all = distinct(changes);
  return { verdict: verdictOf(all), changes: all };
};
