import type { AccessTable } from "../call.ts";
import { arn, asObject, one } from "./arns.ts";

const REGISTRY_ACTIONS = new Set(["CreateRegistry", "DeleteRegistry", "GetRegistry", "ListSchemas", "UpdateRegistry"]);

/** Their permission is asked for on the registry and on the schema. */
const SCHEMA_ACTIONS = new Set([
  "CreateSchema",
  "DeleteSchema",
  "DeleteSchemaVersions",
  "GetSchema",
  "GetSchemaByDefinition",
  "GetSchemaVersion",
  "ListSchemaVersions",
  "PutSchemaVersionMetadata",
  "QuerySchemaVersionMetadata",
  "RegisterSchemaVersion",
  "RemoveSchemaVersionMetadata",
  "UpdateSchema",
]);

/** Where a schema goes that names no registry. */
const DEFAULT_REGISTRY = "default-registry";

export const glueAccess: AccessTable = async ({ action, input }, { region, glue }) => {
  const permission = `glue:${action}`;
  const registryId = asObject(input["RegistryId"]);
  const schemaId = asObject(input["SchemaId"]);

  if (REGISTRY_ACTIONS.has(action)) {
    const name = String(registryId["RegistryName"] ?? input["RegistryName"] ?? DEFAULT_REGISTRY);
    return one(permission, String(registryId["RegistryArn"] ?? arn("glue", region, `registry/${name}`)));
  }
  if (SCHEMA_ACTIONS.has(action)) {
    const named = (): string => {
      const registryArn = registryId["RegistryArn"];
      const registry =
        typeof registryArn === "string"
          ? registryArn.split("/").at(-1)
          : (schemaId["RegistryName"] ?? registryId["RegistryName"] ?? DEFAULT_REGISTRY);
      return arn("glue", region, `schema/${String(registry)}/${String(schemaId["SchemaName"] ?? input["SchemaName"])}`);
    };
    const versionId = input["SchemaVersionId"];
    const found = versionId === undefined ? {} : await glue.call("GetSchemaVersion", { SchemaVersionId: versionId });
    const schema = String(found["SchemaArn"] ?? schemaId["SchemaArn"] ?? named());
    const registry = schema.replace(/:schema\/([^/]*)\/.*$/, ":registry/$1");
    return [...one(permission, registry), ...one(permission, schema)];
  }
  switch (action) {
    case "ListRegistries":
    case "CheckSchemaVersionValidity":
      return one(permission, "*");
    case "TagResource":
    case "UntagResource":
    case "GetTags":
      return one(permission, String(input["ResourceArn"]));
    default:
      return undefined;
  }
};
