import type { JsonSchema } from "./contract.ts";

const WRITTEN_DIALECT = "https://json-schema.org/draft/2020-12/schema";

/**
 * The newest dialect that Glue takes. The contracts are written in 2020-12, with keywords that mean the same in both.
 * https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html
 */
const REGISTERED_DIALECT = "http://json-schema.org/draft-07/schema#";

/** The name that a version of an event has in the registry. Each has one of its own, so that all stay readable. */
export const registeredName = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `${name}.v${version}`;

/** A contract's schema as it is registered. */
export const registeredDefinition = (schema: JsonSchema): string =>
  JSON.stringify({ ...schema, $schema: REGISTERED_DIALECT });

/** A registered definition as it was written; one that is not of our making stays as it is. Throws when it is not JSON. */
export const writtenSchema = (definition: string): JsonSchema => {
  const schema = JSON.parse(definition) as JsonSchema;
  return "x-nexus" in schema ? { ...schema, $schema: WRITTEN_DIALECT } : schema;
};
