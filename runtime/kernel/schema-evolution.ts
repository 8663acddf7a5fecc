import { type CompatibilityMode, checkCompatibility, type SchemaChange } from "./compatibility/check-compatibility.ts";
import type { EventContract, JsonSchema } from "./contract.ts";
import { type NexusError, nexusError } from "./errors.ts";
import { registeredName } from "./registered-schema.ts";

export { checkCompatibility };

/** What every version of an event is held to: readers with a new schema take all that was written with an older one. */
export const EVOLUTION_MODE: CompatibilityMode = "BACKWARD_TRANSITIVE";

/** The breaking differences of a schema from those before it, oldest first. */
export const breakingChanges = (
  before: readonly JsonSchema[],
  after: JsonSchema,
  mode: CompatibilityMode = EVOLUTION_MODE,
): readonly SchemaChange[] =>
  before.length === 0 ? [] : checkCompatibility(before, after, mode).changes.filter(({ breaking }) => breaking);

/** `nexus-schema-required-added at /required: why. remedy`, one after the other. */
export const describeChanges = (changes: readonly SchemaChange[]): string =>
  changes.map(({ rule, path, why, remedy }) => `${rule} at ${path === "" ? "/" : path}: ${why} ${remedy}`).join(" ");

/** `NEXUS_SCHEMA_INCOMPATIBLE` with the changes; `subject` is such as `OrderPlaced.v2`. */
export const incompatible = (subject: string, against: string, changes: readonly SchemaChange[]): NexusError =>
  nexusError("NEXUS_SCHEMA_INCOMPATIBLE", `${subject} breaks readers of ${against}: ${describeChanges(changes)}`, {
    context: { schema: subject, rules: [...new Set(changes.map(({ rule }) => rule))], changes },
  });

/**
 * Holds each version of each event to all before it.
 * Throws `NEXUS_SCHEMA_INCOMPATIBLE` for the first that breaks one, with the rules and places.
 */
export const assertEvolution = (contracts: readonly EventContract[]): void => {
  for (const versions of Map.groupBy(contracts, ({ name }) => name).values()) {
    const ordered = versions.toSorted((a, b) => a.version - b.version);
    for (const [index, contract] of ordered.entries()) {
      const before = ordered.slice(0, index);
      const changes = breakingChanges(
        before.map(({ schema }) => schema),
        contract.schema,
      );
      if (changes.length > 0)
        throw incompatible(registeredName(contract), before.map(registeredName).join(", "), changes);
    }
  }
};
