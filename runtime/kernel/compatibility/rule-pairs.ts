// Which rule a difference falls under, by what the narrower of two schemas asks for.
import type { CompatibilityRuleId } from "./rules.ts";

/** A kind of difference, by the rule for either direction. */
export interface RulePair {
  readonly narrower: CompatibilityRuleId;
  readonly wider: CompatibilityRuleId;
}

const pair = (narrower: CompatibilityRuleId, wider: CompatibilityRuleId): RulePair => ({ narrower, wider });

export const RULE_PAIRS = {
  never: pair("nexus-schema-closed", "nexus-schema-opened"),
  types: pair("nexus-schema-type-narrowed", "nexus-schema-type-widened"),
  values: pair("nexus-schema-enum-narrowed", "nexus-schema-enum-widened"),
  range: pair("nexus-schema-range-narrowed", "nexus-schema-range-widened"),
  multiple: pair("nexus-schema-multiple-narrowed", "nexus-schema-multiple-widened"),
  length: pair("nexus-schema-length-narrowed", "nexus-schema-length-widened"),
  pattern: pair("nexus-schema-pattern-narrowed", "nexus-schema-pattern-widened"),
  format: pair("nexus-schema-format-narrowed", "nexus-schema-format-widened"),
  itemCount: pair("nexus-schema-item-count-narrowed", "nexus-schema-item-count-widened"),
  items: pair("nexus-schema-items-narrowed", "nexus-schema-items-widened"),
  contains: pair("nexus-schema-contains-narrowed", "nexus-schema-contains-widened"),
  unique: pair("nexus-schema-unique-items-added", "nexus-schema-unique-items-removed"),
  propertyCount: pair("nexus-schema-property-count-narrowed", "nexus-schema-property-count-widened"),
  required: pair("nexus-schema-required-added", "nexus-schema-required-removed"),
  properties: pair("nexus-schema-additional-properties-narrowed", "nexus-schema-additional-properties-widened"),
  refused: pair("nexus-schema-property-removed", "nexus-schema-property-added"),
  constrained: pair("nexus-schema-property-constrained", "nexus-schema-property-released"),
  patternProperties: pair("nexus-schema-pattern-properties-narrowed", "nexus-schema-pattern-properties-widened"),
  names: pair("nexus-schema-property-names-narrowed", "nexus-schema-property-names-widened"),
  needs: pair("nexus-schema-dependency-added", "nexus-schema-dependency-removed"),
  dependent: pair("nexus-schema-dependency-added", "nexus-schema-dependency-removed"),
  all: pair("nexus-schema-alternatives-narrowed", "nexus-schema-alternatives-widened"),
  any: pair("nexus-schema-alternatives-narrowed", "nexus-schema-alternatives-widened"),
  one: pair("nexus-schema-alternatives-narrowed", "nexus-schema-alternatives-widened"),
  not: pair("nexus-schema-exclusion-added", "nexus-schema-exclusion-removed"),
  condition: pair("nexus-schema-condition-narrowed", "nexus-schema-condition-widened"),
  unevaluatedProperties: pair("nexus-schema-unevaluated-narrowed", "nexus-schema-unevaluated-widened"),
  unevaluatedItems: pair("nexus-schema-unevaluated-narrowed", "nexus-schema-unevaluated-widened"),
  opaque: pair("nexus-schema-reference-unresolved", "nexus-schema-reference-unresolved"),
} as const satisfies Record<string, RulePair>;

export type Difference = keyof typeof RULE_PAIRS;
