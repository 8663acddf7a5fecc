import { randomUUID } from "node:crypto";
import { AwsError } from "../../contract.ts";
import { type Action, action, flag, integer, required, struct, text, textMap } from "../../json-parameters.ts";
import { DEFAULT_REGISTRY, type GlueEngine, invalidInput } from "../engine.ts";
import type { Schema } from "../glue-store.ts";
import { checkDefinition } from "./check-definition.ts";
import { checkName, compatibility, dataFormat, page, paging, registryId, schemaId, time } from "./shapes.ts";

const describe = (glue: GlueEngine, schema: Schema) => ({
  RegistryName: schema.registryName,
  SchemaName: schema.name,
  SchemaArn: glue.schemaArn(schema),
  ...(schema.description === undefined ? {} : { Description: schema.description }),
  SchemaStatus: "AVAILABLE",
  CreatedTime: time(schema.createdAt),
  UpdatedTime: time(schema.updatedAt),
});

const settings = (glue: GlueEngine, schema: Schema) => ({
  RegistryArn: glue.registryArn(schema.registryName),
  DataFormat: schema.dataFormat,
  Compatibility: schema.compatibility,
  SchemaCheckpoint: schema.checkpoint,
  LatestSchemaVersion: schema.latest,
  NextSchemaVersion: schema.latest + 1,
});

/** The registry a new schema goes to; the default one comes into being with its first schema. */
const registryFor = (glue: GlueEngine, address: Parameters<GlueEngine["findRegistry"]>[0]): string => {
  if (address === undefined && glue.store.registry(DEFAULT_REGISTRY) === undefined) {
    const now = glue.now();
    glue.store.putRegistry({ name: DEFAULT_REGISTRY, description: undefined, createdAt: now, updatedAt: now });
  }
  return glue.findRegistry(address).name;
};

const createSchema: Action<GlueEngine> = action(
  {
    RegistryId: registryId,
    SchemaName: required(text()),
    DataFormat: required(dataFormat),
    Compatibility: required(compatibility),
    SchemaDefinition: required(text({ minLength: 1 })),
    Description: text({ maxLength: 2048 }),
    Tags: textMap(),
  },
  (glue, input) => {
    const name = checkName(input.SchemaName, "schemaName");
    checkDefinition(input.DataFormat, input.SchemaDefinition);
    return glue.store.transaction(() => {
      const registryName = registryFor(glue, input.RegistryId);
      if (glue.store.schema(registryName, name) !== undefined)
        throw new AwsError("AlreadyExistsException", `Schema already exists. SchemaName: ${name}`);
      const now = glue.now();
      const schema = {
        registryName,
        name,
        description: input.Description,
        dataFormat: input.DataFormat,
        compatibility: input.Compatibility,
        checkpoint: 1,
        latest: 1,
        createdAt: now,
        updatedAt: now,
      };
      const id = randomUUID();
      const definition = input.SchemaDefinition;
      glue.store.putSchema(schema);
      glue.store.addVersion({ id, registryName, schemaName: name, number: 1, definition, createdAt: now });
      glue.store.putTags(glue.schemaArn(schema), input.Tags ?? {});
      const { CreatedTime: _created, UpdatedTime: _updated, ...described } = describe(glue, schema);
      return {
        ...described,
        ...settings(glue, schema),
        SchemaVersionId: id,
        SchemaVersionStatus: "AVAILABLE",
        ...(input.Tags === undefined ? {} : { Tags: input.Tags }),
      };
    });
  },
);

const getSchema: Action<GlueEngine> = action({ SchemaId: required(schemaId) }, (glue, input) => {
  const schema = glue.findSchema(input.SchemaId);
  return { ...describe(glue, schema), ...settings(glue, schema) };
});

const listSchemas: Action<GlueEngine> = action({ RegistryId: registryId, ...paging }, (glue, input) => {
  const registryName = input.RegistryId === undefined ? undefined : glue.findRegistry(input.RegistryId).name;
  const { items, next } = page(glue.store.schemas(registryName), input);
  return { Schemas: items.map((schema) => describe(glue, schema)), ...next };
});

const updateSchema: Action<GlueEngine> = action(
  {
    SchemaId: required(schemaId),
    SchemaVersionNumber: struct({ LatestVersion: flag(), VersionNumber: integer(1, 100_000) }),
    Compatibility: compatibility,
    Description: text({ maxLength: 2048 }),
  },
  (glue, input) => {
    const { SchemaVersionNumber, Compatibility, Description } = input;
    if (SchemaVersionNumber === undefined && Compatibility === undefined && Description === undefined)
      throw invalidInput("One of description, compatibility or schemaVersionNumber has to be provided.");
    const schema = glue.findSchema(input.SchemaId);
    const checkpoint =
      SchemaVersionNumber === undefined
        ? schema.checkpoint
        : glue.findVersion({ SchemaId: input.SchemaId, SchemaVersionNumber }).number;
    glue.store.putSchema({
      ...schema,
      checkpoint,
      compatibility: Compatibility ?? schema.compatibility,
      description: Description ?? schema.description,
      updatedAt: glue.now(),
    });
    return { SchemaArn: glue.schemaArn(schema), SchemaName: schema.name, RegistryName: schema.registryName };
  },
);

const deleteSchema: Action<GlueEngine> = action({ SchemaId: required(schemaId) }, (glue, input) => {
  const schema = glue.findSchema(input.SchemaId);
  const arn = glue.schemaArn(schema);
  glue.store.transaction(() => {
    glue.store.removeTags(arn);
    glue.store.deleteSchema(schema.registryName, schema.name);
  });
  return { SchemaArn: arn, SchemaName: schema.name, Status: "DELETING" };
});

export const schemaActions = {
  CreateSchema: createSchema,
  GetSchema: getSchema,
  ListSchemas: listSchemas,
  UpdateSchema: updateSchema,
  DeleteSchema: deleteSchema,
};
