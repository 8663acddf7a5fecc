import { annotationChanges } from "./annotations.ts";
import { asConstraint } from "./constraint.ts";
import { ANYTHING_SCHEMA, Explainer, type Finding } from "./explain.ts";
import { Fingerprints } from "./fingerprints.ts";
import type { Goal } from "./goal.ts";
import { RULE_PAIRS } from "./rule-pairs.ts";
import { COMPATIBILITY_RULES, type CompatibilityRuleId, UNDECIDED_RULES } from "./rules.ts";
import type { SchemaDocument, Subschema } from "./schema-document.ts";
import { Solver } from "./solver.ts";
import { type Waiver, waiverFor } from "./waivers.ts";

export type Verdict = "compatible" | "incompatible" | "undecided";

/** One difference between two schemas. */
export interface SchemaChange {
  readonly rule: CompatibilityRuleId;
  /** JSON Pointer of the place in the schema; of the old one where only that has the place. */
  readonly path: string;
  readonly breaking: boolean;
  readonly why: string;
  readonly remedy: string;
}

export interface CompatibilityReport {
  /** `undecided` counts as incompatible. */
  readonly verdict: Verdict;
  readonly changes: readonly SchemaChange[];
}

export interface Assessment extends CompatibilityReport {
  /** Values that one schema accepts and the other refuses, by the direction that they show to be broken. */
  readonly counterexamples: { readonly narrower?: unknown; readonly wider?: unknown };
}

export interface AssessmentOptions {
  /** Directions that must hold: `narrower` that the new schema accepts all that the old one does. */
  readonly narrower: boolean;
  readonly wider: boolean;
  readonly waivers: readonly Waiver[];
  /** For tests alone: rules whose findings are dropped, to show that something notices. */
  readonly disabled?: ReadonlySet<CompatibilityRuleId>;
}

type Direction = "narrower" | "wider";

/** Compares two schemas in both directions. */
export const assess = (before: SchemaDocument, after: SchemaDocument, options: AssessmentOptions): Assessment => {
  const fingerprints = new Fingerprints([before.root, after.root, ANYTHING_SCHEMA]);
  const solver = new Solver(fingerprints);
  const narrower = compare(before.root, after.root, solver, fingerprints);
  const wider = compare(after.root, before.root, solver, fingerprints);
  const all = [
    ...changesOf(narrower, "narrower", options),
    ...changesOf(wider, "wider", options),
    ...annotationChanges(before.root.value, after.root.value).map((path) => annotation(path)),
  ];
  const changes = distinct(all).filter(({ rule }) => !options.disabled?.has(rule));
  return {
    verdict: verdictOf(changes),
    changes,
    counterexamples: {
      ...(narrower.counterexample === undefined ? {} : { narrower: narrower.counterexample.value }),
      ...(wider.counterexample === undefined ? {} : { wider: wider.counterexample.value }),
    },
  };
};

export const verdictOf = (changes: readonly SchemaChange[]): Verdict => {
  const breaking = changes.filter((change) => change.breaking);
  if (breaking.length === 0) return "compatible";
  return breaking.every(({ rule }) => UNDECIDED_RULES.has(rule)) ? "undecided" : "incompatible";
};

/** The same place may be met in several ways; what breaks stands before what does not. */
export const distinct = (changes: readonly SchemaChange[]): SchemaChange[] => {
  const found = new Map<string, SchemaChange>();
  for (const change of changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking))) {
    const key = `${change.rule} ${change.path}`;
    if (!found.has(key)) found.set(key, change);
  }
  return [...found.values()];
};

interface Comparison {
  readonly findings: readonly Finding[];
  /** A whole value that the writer allows and the reader refuses. */
  readonly counterexample: { readonly value: unknown } | undefined;
}

const compare = (writer: Subschema, reader: Subschema, solver: Solver, fingerprints: Fingerprints): Comparison => {
  const explainer = new Explainer(solver, fingerprints);
  const given: Goal = { holds: [asConstraint(writer)], fails: [] };
  solver.refresh();
  const outcome = solver.solve({ ...given, fails: [asConstraint(reader)] });
  const { exhausted } = solver;
  if (outcome.closed) return { findings: [], counterexample: undefined };
  const refuted = outcome.example !== undefined && explainer.isRefuted(given, asConstraint(reader), outcome.example);
  const counterexample = refuted ? outcome.example : undefined;
  solver.refresh();
  const findings = explainer
    .explain(given, reader)
    .map((found) => (counterexample === undefined && found.isApproximate ? { ...found, example: undefined } : found));
  const proven = findings.some(({ example }) => example !== undefined);
  // No single constraint is to blame: it is how they work together.
  const whole: Finding = {
    difference: "all",
    path: "",
    asks: "its parts together",
    example: counterexample,
    isApproximate: false,
    exhausted,
  };
  return {
    findings: findings.length > 0 && (proven || counterexample === undefined) ? findings : [...findings, whole],
    counterexample,
  };
};

const changesOf = (
  { findings }: Comparison,
  direction: Direction,
  { waivers, ...demanded }: AssessmentOptions,
): SchemaChange[] =>
  findings.map((finding) => {
    const broken = demanded[direction];
    const rule = broken ? provenRule(finding, direction) : RULE_PAIRS[finding.difference][direction];
    const waiver = UNDECIDED_RULES.has(rule) ? waiverFor(waivers, rule, finding.path) : undefined;
    return {
      rule,
      path: finding.path,
      breaking: broken && waiver === undefined,
      why: why(finding, direction) + (waiver === undefined ? "" : ` Waived: ${waiver.reason}`),
      remedy: COMPATIBILITY_RULES[rule].remedy,
    };
  });

const provenRule = ({ difference, example, exhausted }: Finding, direction: Direction): CompatibilityRuleId => {
  if (example !== undefined) return RULE_PAIRS[difference][direction];
  if (exhausted) return "nexus-schema-too-complex";
  return difference === "opaque" ? "nexus-schema-reference-unresolved" : "nexus-schema-undecided";
};

const why = ({ asks, example, missing }: Finding, direction: Direction): string => {
  const [accepts, refuses] = direction === "narrower" ? ["old", "new"] : ["new", "old"];
  if (example === undefined)
    return `It is not known whether all that the ${accepts} schema accepts here meets ${asks} of the ${refuses} one.`;
  if (missing !== undefined)
    return `The ${accepts} schema accepts an object without ${JSON.stringify(missing)}; the ${refuses} one requires it.`;
  return `The ${accepts} schema accepts ${shorten(example.value)} here; the ${refuses} one refuses it by ${asks}.`;
};

const shorten = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
};

const annotation = (path: string): SchemaChange => ({
  rule: "nexus-schema-annotation-changed",
  path,
  breaking: false,
  why: COMPATIBILITY_RULES["nexus-schema-annotation-changed"].meaning,
  remedy: COMPATIBILITY_RULES["nexus-schema-annotation-changed"].remedy,
});
