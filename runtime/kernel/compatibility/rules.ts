export interface CompatibilityRule {
  /** What it means that the rule is broken, as a sentence. */
  readonly meaning: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
}

const NEW_VERSION = "Publish it as a new event and keep writing the old one until nobody reads it";
const UPGRADE_READERS = "Upgrade every reader first, and check with BACKWARD";

/**
 * Every way in which two schemas can differ in what they accept. Narrower means that the new schema refuses what the
 * old one accepts, which breaks BACKWARD; wider means the reverse, which breaks FORWARD; either breaks FULL.
 */
export const COMPATIBILITY_RULES = {
  "nexus-schema-type-narrowed": {
    meaning: "The new schema refuses values of a type that the old one accepts.",
    remedy: "Keep the old type beside the new one, as in type: [old, new], or put the new value into a new property.",
  },
  "nexus-schema-type-widened": {
    meaning: "The new schema accepts values of a type that the old one refuses.",
    remedy: `Put the new type into a new optional property. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-required-added": {
    meaning: "The new schema requires a property that the old one lets be absent; a default does not fill it in.",
    remedy: "Leave the property optional and let the reader, or an upcaster, supply a value.",
  },
  "nexus-schema-required-removed": {
    meaning: "The new schema lets a property be absent that the old one requires.",
    remedy: `Keep it required. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-property-removed": {
    meaning: "The new schema refuses a property that the old one accepts.",
    remedy: "Keep the property as an optional one, marked deprecated: true.",
  },
  "nexus-schema-property-added": {
    meaning: "The new schema accepts a property that the old one refuses.",
    remedy: `Let the old version be open (additionalProperties) before properties are added. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-property-constrained": {
    meaning: "The new schema constrains a property that the old one leaves open, so that it may hold anything.",
    remedy: "Choose a name that no writer uses, in a schema with additionalProperties: false, or accept any value.",
  },
  "nexus-schema-property-released": {
    meaning: "The new schema leaves a property open that the old one constrains.",
    remedy: "Keep the schema of the property.",
  },
  "nexus-schema-additional-properties-narrowed": {
    meaning: "The new schema refuses properties without a name of their own that the old one accepts.",
    remedy: "Keep additionalProperties as it was.",
  },
  "nexus-schema-additional-properties-widened": {
    meaning: "The new schema accepts properties without a name of their own that the old one refuses.",
    remedy: `Keep additionalProperties as it was. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-pattern-properties-narrowed": {
    meaning: "The new schema refuses properties whose names match a pattern and that the old one accepts.",
    remedy: "Keep patternProperties as they were.",
  },
  "nexus-schema-pattern-properties-widened": {
    meaning: "The new schema accepts properties whose names match a pattern and that the old one refuses.",
    remedy: `Keep patternProperties as they were. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-property-names-narrowed": {
    meaning: "The new schema refuses names of properties that the old one accepts.",
    remedy: "Let propertyNames accept at least what it accepted before.",
  },
  "nexus-schema-property-names-widened": {
    meaning: "The new schema accepts names of properties that the old one refuses.",
    remedy: `Keep propertyNames as they were. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-property-count-narrowed": {
    meaning: "The new schema accepts fewer numbers of properties than the old one.",
    remedy: "Do not raise minProperties, do not lower maxProperties.",
  },
  "nexus-schema-property-count-widened": {
    meaning: "The new schema accepts more numbers of properties than the old one.",
    remedy: `Keep minProperties and maxProperties. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-dependency-added": {
    meaning: "In the new schema a property brings demands with it that it did not bring before.",
    remedy: "Leave the dependency out and let the reader cope with its absence.",
  },
  "nexus-schema-dependency-removed": {
    meaning: "In the old schema a property brings demands with it that it does not bring any more.",
    remedy: `Keep the dependency. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-unevaluated-narrowed": {
    meaning: "The new schema refuses properties or items that no other keyword evaluates and that the old one accepts.",
    remedy: "Let unevaluatedProperties and unevaluatedItems accept at least what was accepted before.",
  },
  "nexus-schema-unevaluated-widened": {
    meaning: "The new schema accepts properties or items that no other keyword evaluates and that the old one refuses.",
    remedy: `Keep unevaluatedProperties and unevaluatedItems. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-enum-narrowed": {
    meaning: "The new schema refuses values that the enum or const of the old one lists, or lists values at all.",
    remedy: "Keep every value that has been written; mark it deprecated in the description.",
  },
  "nexus-schema-enum-widened": {
    meaning: "The new schema accepts values that the enum or const of the old one does not list.",
    remedy: `Readers must cope with values they do not know. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-range-narrowed": {
    meaning: "The new schema accepts a smaller range of numbers.",
    remedy: "Do not raise minimum, do not lower maximum; enforce the new bound where the value is made.",
  },
  "nexus-schema-range-widened": {
    meaning: "The new schema accepts a larger range of numbers.",
    remedy: `Keep minimum and maximum. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-multiple-narrowed": {
    meaning: "The new schema refuses multiples that the old one accepts.",
    remedy: "Let multipleOf divide the old one without remainder, or leave it out.",
  },
  "nexus-schema-multiple-widened": {
    meaning: "The new schema accepts numbers that the multipleOf of the old one refuses.",
    remedy: `Keep multipleOf. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-length-narrowed": {
    meaning: "The new schema accepts fewer lengths of a text.",
    remedy: "Do not raise minLength, do not lower maxLength; enforce the new bound where the text is made.",
  },
  "nexus-schema-length-widened": {
    meaning: "The new schema accepts more lengths of a text.",
    remedy: `Keep minLength and maxLength. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-pattern-narrowed": {
    meaning: "The new schema refuses texts that do not match its pattern and that the old one accepts.",
    remedy: "Let the pattern match at least what it matched before.",
  },
  "nexus-schema-pattern-widened": {
    meaning: "The new schema accepts texts that the pattern of the old one refuses.",
    remedy: `Keep the pattern. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-format-narrowed": {
    meaning: "The new schema asks for a format that texts of the old one need not have.",
    remedy: "Leave the format out, or put the formatted text into a new property.",
  },
  "nexus-schema-format-widened": {
    meaning: "The new schema accepts texts without the format that the old one asks for.",
    remedy: `Keep the format. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-items-narrowed": {
    meaning: "The new schema refuses items at places where the old one accepts them.",
    remedy: "Let items and prefixItems accept at least what they accepted before.",
  },
  "nexus-schema-items-widened": {
    meaning: "The new schema accepts items at places where the old one refuses them.",
    remedy: `Keep items and prefixItems. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-item-count-narrowed": {
    meaning: "The new schema accepts fewer lengths of a list.",
    remedy: "Do not raise minItems, do not lower maxItems.",
  },
  "nexus-schema-item-count-widened": {
    meaning: "The new schema accepts more lengths of a list.",
    remedy: `Keep minItems and maxItems. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-contains-narrowed": {
    meaning: "The new schema asks lists to contain what those of the old one need not contain, or not so often.",
    remedy: "Let contains, minContains and maxContains ask for no more than before.",
  },
  "nexus-schema-contains-widened": {
    meaning: "The new schema accepts lists that do not contain what the old one asks for.",
    remedy: `Keep contains, minContains and maxContains. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-unique-items-added": {
    meaning: "The new schema refuses lists with equal items, which the old one accepts.",
    remedy: "Leave uniqueItems out and let the reader drop repetitions.",
  },
  "nexus-schema-unique-items-removed": {
    meaning: "The new schema accepts lists with equal items, which the old one refuses.",
    remedy: `Keep uniqueItems. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-alternatives-narrowed": {
    meaning: "Some values that the old schema accepts fit no alternative of anyOf or oneOf, or too many of oneOf.",
    remedy: "Keep every alternative, and alternatives of oneOf apart from each other.",
  },
  "nexus-schema-alternatives-widened": {
    meaning: "The new schema accepts values that fit no alternative of anyOf or oneOf of the old one, or too many.",
    remedy: `Keep the alternatives. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-exclusion-added": {
    meaning: "The not of the new schema excludes values that the old one accepts.",
    remedy: "Let not exclude no more than before.",
  },
  "nexus-schema-exclusion-removed": {
    meaning: "The new schema accepts values that the not of the old one excludes.",
    remedy: `Keep not as it was. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-condition-narrowed": {
    meaning: "The if, then and else of the new schema refuse values that the old one accepts.",
    remedy: "Let if, then and else ask for no more than before.",
  },
  "nexus-schema-condition-widened": {
    meaning: "The new schema accepts values that the if, then and else of the old one refuse.",
    remedy: `Keep if, then and else. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-closed": {
    meaning: "The new schema is false here: it refuses everything, and the old one does not.",
    remedy: `Keep the schema. ${NEW_VERSION}.`,
  },
  "nexus-schema-opened": {
    meaning: "The old schema is false here: it refuses everything, and the new one does not.",
    remedy: `Keep the schema false. ${UPGRADE_READERS}.`,
  },
  "nexus-schema-undecided": {
    meaning: "It can neither be proven nor refuted that the change is compatible.",
    remedy: "Write the constraint more plainly, or waive the finding by x-nexus-waiver: [{rule, path, reason}].",
  },
  "nexus-schema-reference-unresolved": {
    meaning: "A reference leads out of the document, or content is of a kind that is not looked into.",
    remedy: "Put the definition into $defs of the same file, or waive the finding by x-nexus-waiver.",
  },
  "nexus-schema-too-complex": {
    meaning: "The comparison was given up: the combinations of alternatives are too many.",
    remedy: "Tell alternatives apart by a const property, or waive the finding by x-nexus-waiver.",
  },
  "nexus-schema-version-removed": {
    meaning: "A version that was published is gone, and what was written with it can no longer be checked or read.",
    remedy: "Restore the file; events of that version stay in the log for ever.",
  },
  "nexus-schema-annotation-changed": {
    meaning: "A title, description, default or another keyword changed that has no part in what is accepted.",
    remedy: "Nothing has to be done.",
  },
} as const satisfies Record<string, CompatibilityRule>;

export type CompatibilityRuleId = keyof typeof COMPATIBILITY_RULES;

/** The rules whose findings are no proof, and so can be waived. */
export const UNDECIDED_RULES: ReadonlySet<string> = new Set<CompatibilityRuleId>([
  "nexus-schema-undecided",
  "nexus-schema-reference-unresolved",
  "nexus-schema-too-complex",
]);
