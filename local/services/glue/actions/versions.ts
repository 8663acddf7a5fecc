import { randomUUID } from "node:crypto";
import { AwsError } from "../../contract.ts";
import { type Action, action, flag, integer, required, struct, text } from "../../json-parameters.ts";
import { sameDefinition } from "../definition.ts";
import { type GlueEngine, invalidInput, type SchemaAddress } from "../engine.ts";
import type { SchemaVersion } from "../glue-store.ts";
import { checkDefinition } from "./check-definition.ts";
import { dataFormat, page, paging, schemaId, time } from "./shapes.ts";

const definition = required(text({ minLength: 1 }));

/** How a request names one version. */
export const versionAddress = {
  SchemaId: schemaId,
  SchemaVersionId: text({ pattern: /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/ }),
  SchemaVersionNumber: struct({ LatestVersion: flag(), VersionNumber: integer(1, 100_000) }),
};

const describe = (glue: GlueEngine, version: SchemaVersion) => ({
  SchemaVersionId: version.id,
  SchemaArn: glue.schemaArn({ registryName: version.registryName, name: version.schemaName }),
  VersionNumber: version.number,
  Status: "AVAILABLE",
  CreatedTime: time(version.createdAt),
});

const formatOf = (glue: GlueEngine, version: SchemaVersion) =>
  glue.store.schema(version.registryName, version.schemaName)?.dataFormat;

/**
 * A definition the schema has already answers with that version. Compatibility is recorded but not enforced, as Glue
 * itself does not for JSON: https://github.com/awslabs/aws-glue-schema-registry/pull/494. Only DISABLED is.
 */
const registerSchemaVersion: Action<GlueEngine> = action(
  { SchemaId: required(schemaId), SchemaDefinition: definition },
  (glue, input) => {
    const schema = glue.findSchema(input.SchemaId);
    const { SchemaArn, SchemaName, RegistryName }: SchemaAddress = input.SchemaId;
    checkDefinition(schema.dataFormat, input.SchemaDefinition);
    return glue.store.transaction(() => {
      const versions = glue.store.versions(schema.registryName, schema.name);
      const known = versions.find((version) => sameDefinition(version.definition, input.SchemaDefinition));
      if (known !== undefined) return { SchemaVersionId: known.id, VersionNumber: known.number, Status: "AVAILABLE" };
      if (schema.compatibility === "DISABLED")
        throw invalidInput(
          `Compatibility DISABLED does not allow versioning. SchemaId: SchemaId(schemaArn=${SchemaArn ?? "null"}, schemaName=${SchemaName ?? "null"}, registryName=${RegistryName ?? "null"})`,
        );
      const version: SchemaVersion = {
        id: randomUUID(),
        registryName: schema.registryName,
        schemaName: schema.name,
        number: schema.latest + 1,
        definition: input.SchemaDefinition,
        createdAt: glue.now(),
      };
      glue.store.addVersion(version);
      return { SchemaVersionId: version.id, VersionNumber: version.number, Status: "AVAILABLE" };
    });
  },
);

const getSchemaVersion: Action<GlueEngine> = action(versionAddress, (glue, input) => {
  const version = glue.findVersion(input);
  return { ...describe(glue, version), SchemaDefinition: version.definition, DataFormat: formatOf(glue, version) };
});

const getSchemaByDefinition: Action<GlueEngine> = action(
  { SchemaId: required(schemaId), SchemaDefinition: definition },
  (glue, input) => {
    const schema = glue.findSchema(input.SchemaId);
    const version = glue.store
      .versions(schema.registryName, schema.name)
      .find((candidate) => sameDefinition(candidate.definition, input.SchemaDefinition));
    if (version === undefined)
      throw new AwsError(
        "EntityNotFoundException",
        `Schema version is not found. RegistryName: ${schema.registryName}, SchemaName: ${schema.name}, SchemaArn: ${input.SchemaId.SchemaArn ?? "null"}`,
      );
    const { VersionNumber: _, ...described } = describe(glue, version);
    return { ...described, DataFormat: schema.dataFormat };
  },
);

const listSchemaVersions: Action<GlueEngine> = action({ SchemaId: required(schemaId), ...paging }, (glue, input) => {
  const schema = glue.findSchema(input.SchemaId);
  const { items, next } = page(glue.store.versions(schema.registryName, schema.name), input);
  return { Schemas: items.map((version) => describe(glue, version)), ...next };
});

const checkSchemaVersionValidity: Action<GlueEngine> = action(
  { DataFormat: required(dataFormat), SchemaDefinition: definition },
  (_glue, input) => {
    try {
      checkDefinition(input.DataFormat, input.SchemaDefinition);
      return { Valid: true };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { Valid: false, Error: error.message };
    }
  },
);

export const versionActions = {
  RegisterSchemaVersion: registerSchemaVersion,
  GetSchemaVersion: getSchemaVersion,
  GetSchemaByDefinition: getSchemaByDefinition,
  ListSchemaVersions: listSchemaVersions,
  CheckSchemaVersionValidity: checkSchemaVersionValidity,
};
