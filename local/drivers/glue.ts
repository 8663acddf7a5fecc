import type { Properties } from "../engine/values.ts";
import { arnOf, type Cloud } from "./cloud.ts";
import { type Driver, putDriver, type Resource } from "./driver.ts";
import { requiredText, text, tolerating } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

export const registry = putDriver({
  replaceOnChangeOf: ["registryName"],
  put: async (cloud, resource, saved) => {
    const name = requiredText(resource.inputs, "registryName");
    const Description = text(resource.inputs, "description") ?? "";
    if (saved === undefined)
      await tolerating(["AlreadyExistsException"], () =>
        cloud.glue.call("CreateRegistry", { RegistryName: name, ...(Description === "" ? {} : { Description }) }),
      );
    else if (Description !== (text(saved.inputs, "description") ?? ""))
      await cloud.glue.call("UpdateRegistry", { RegistryId: { RegistryName: name }, Description });
    const arn = arnOf(cloud, "glue", `registry/${name}`);
    return { id: arn, outputs: { arn, tagsAll: tagsOf(resource) } };
  },
  delete: (cloud, saved) =>
    tolerating(["EntityNotFoundException"], () =>
      cloud.glue.call("DeleteRegistry", { RegistryId: { RegistryArn: saved.id } }),
    ),
});

/** Glue's own default registry, where the program names none. */
const DEFAULT_REGISTRY = "default-registry";

const schemaArn = (cloud: Cloud, inputs: Properties): string => {
  const registryName = (text(inputs, "registryArn") ?? DEFAULT_REGISTRY).split("registry/").at(-1);
  return arnOf(cloud, "glue", `schema/${registryName}/${requiredText(inputs, "schemaName")}`);
};

const outputsOf = async (cloud: Cloud, SchemaArn: string, resource: Resource): Promise<Properties> => {
  const schema = await cloud.glue.call("GetSchema", { SchemaId: { SchemaArn } });
  return {
    arn: SchemaArn,
    registryName: schema["RegistryName"],
    latestSchemaVersion: schema["LatestSchemaVersion"],
    nextSchemaVersion: schema["NextSchemaVersion"],
    schemaCheckpoint: schema["SchemaCheckpoint"],
    tagsAll: tagsOf(resource),
  };
};

/** A schema and its first version. A changed definition registers a version more, as the provider does. */
export const schema: Driver = {
  replaceOnChangeOf: ["schemaName", "registryArn", "dataFormat"],
  create: async (cloud, resource) => {
    const { inputs } = resource;
    const registryArn = text(inputs, "registryArn");
    await tolerating(["AlreadyExistsException"], () =>
      cloud.glue.call("CreateSchema", {
        ...(registryArn === undefined ? {} : { RegistryId: { RegistryArn: registryArn } }),
        SchemaName: requiredText(inputs, "schemaName"),
        DataFormat: requiredText(inputs, "dataFormat"),
        Compatibility: requiredText(inputs, "compatibility"),
        SchemaDefinition: requiredText(inputs, "schemaDefinition"),
        ...(text(inputs, "description") === undefined ? {} : { Description: text(inputs, "description") }),
      }),
    );
    const arn = schemaArn(cloud, inputs);
    return { id: arn, outputs: await outputsOf(cloud, arn, resource) };
  },
  restore: (cloud, resource, saved) => outputsOf(cloud, saved.id, resource),
  update: async (cloud, resource, saved) => {
    const { inputs } = resource;
    const SchemaId = { SchemaArn: saved.id };
    if (text(inputs, "compatibility") !== text(saved.inputs, "compatibility"))
      await cloud.glue.call("UpdateSchema", {
        SchemaId,
        Compatibility: requiredText(inputs, "compatibility"),
        SchemaVersionNumber: { LatestVersion: true },
      });
    if (text(inputs, "schemaDefinition") !== text(saved.inputs, "schemaDefinition"))
      await cloud.glue.call("RegisterSchemaVersion", {
        SchemaId,
        SchemaDefinition: requiredText(inputs, "schemaDefinition"),
      });
    return outputsOf(cloud, saved.id, resource);
  },
  delete: (cloud, saved) =>
    tolerating(["EntityNotFoundException"], () =>
      cloud.glue.call("DeleteSchema", { SchemaId: { SchemaArn: saved.id } }),
    ),
};
