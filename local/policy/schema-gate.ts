import { COMPATIBILITY_MODES, type CompatibilityMode } from "../../runtime/kernel/compatibility/check-compatibility.ts";
import { nexusError } from "../../runtime/kernel/errors.ts";
import { writtenSchema } from "../../runtime/kernel/registered-schema.ts";
import { breakingChanges, describeChanges } from "../../runtime/kernel/schema-evolution.ts";
import type { Registration } from "../engine/registration.ts";
import { savedOf } from "../engine/resource.ts";
import type { StateStore } from "../engine/state.ts";

const SCHEMA = "aws:glue/schema:Schema";

/** Of Glue's names; `undefined` for those that ask for nothing. */
const modeOf = (compatibility: unknown): CompatibilityMode | undefined =>
  COMPATIBILITY_MODES.find((mode) => mode === String(compatibility).replace(/_ALL$/, "_TRANSITIVE"));

/**
 * Holds the schemas of a program to what is registered under their names. Glue would take any JSON Schema as the next
 * revision. Throws `NEXUS_SCHEMA_INCOMPATIBLE` with every schema that breaks its readers, the rules and the places.
 */
export const assertSchemasEvolve = (state: StateStore, registrations: readonly Registration[]): void => {
  const broken = registrations.flatMap((registration) => {
    const { type, inputs } = registration;
    if (type !== SCHEMA || inputs["dataFormat"] !== "JSON") return [];
    const [before, after] = [savedOf(state, registration)?.inputs["schemaDefinition"], inputs["schemaDefinition"]];
    const mode = modeOf(inputs["compatibility"]);
    if (typeof before !== "string" || typeof after !== "string" || before === after || mode === undefined) return [];
    const changes = breakingChanges([writtenSchema(before)], writtenSchema(after), mode);
    return changes.length === 0 ? [] : [{ schema: String(inputs["schemaName"]), changes }];
  });
  if (broken.length === 0) return;
  const lines = broken.map(({ schema, changes }) => `  ${schema}: ${describeChanges(changes)}`);
  throw nexusError(
    "NEXUS_SCHEMA_INCOMPATIBLE",
    [
      "what is registered has readers that this program would break, so nothing was changed",
      ...lines,
      '  Publish a new version beside it, or forget the local state with "nexus reset".',
    ].join("\n"),
    {
      context: {
        schemas: broken.map(({ schema }) => schema),
        rules: [...new Set(broken.flatMap(({ changes }) => changes.map(({ rule }) => rule)))],
      },
    },
  );
};
