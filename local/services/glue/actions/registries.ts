import { AwsError } from "../../contract.ts";
import { type Action, action, required, text, textMap } from "../../json-parameters.ts";
import type { GlueEngine } from "../engine.ts";
import type { Registry } from "../glue-store.ts";
import { checkName, page, paging, registryId, time } from "./shapes.ts";

const describe = (glue: GlueEngine, registry: Registry) => ({
  RegistryName: registry.name,
  RegistryArn: glue.registryArn(registry.name),
  ...(registry.description === undefined ? {} : { Description: registry.description }),
  Status: "AVAILABLE",
  CreatedTime: time(registry.createdAt),
  UpdatedTime: time(registry.updatedAt),
});

const createRegistry: Action<GlueEngine> = action(
  { RegistryName: required(text()), Description: text({ maxLength: 2048 }), Tags: textMap() },
  (glue, input) => {
    const name = checkName(input.RegistryName, "registryName");
    if (glue.store.registry(name) !== undefined)
      throw new AwsError("AlreadyExistsException", `Registry already exists. RegistryName: ${name}`);
    const arn = glue.registryArn(name);
    const now = glue.now();
    glue.store.transaction(() => {
      glue.store.putRegistry({ name, description: input.Description, createdAt: now, updatedAt: now });
      glue.store.putTags(arn, input.Tags ?? {});
    });
    return {
      RegistryArn: arn,
      RegistryName: name,
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      ...(input.Tags === undefined ? {} : { Tags: input.Tags }),
    };
  },
);

const getRegistry: Action<GlueEngine> = action({ RegistryId: required(registryId) }, (glue, input) =>
  describe(glue, glue.findRegistry(input.RegistryId)),
);

const listRegistries: Action<GlueEngine> = action(paging, (glue, input) => {
  const { items, next } = page(glue.store.registries(), input);
  return { Registries: items.map((registry) => describe(glue, registry)), ...next };
});

const updateRegistry: Action<GlueEngine> = action(
  { RegistryId: required(registryId), Description: required(text({ maxLength: 2048 })) },
  (glue, input) => {
    const registry = glue.findRegistry(input.RegistryId);
    glue.store.putRegistry({ ...registry, description: input.Description, updatedAt: glue.now() });
    return { RegistryName: registry.name, RegistryArn: glue.registryArn(registry.name) };
  },
);

const deleteRegistry: Action<GlueEngine> = action({ RegistryId: required(registryId) }, (glue, input) => {
  const { name } = glue.findRegistry(input.RegistryId);
  const arn = glue.registryArn(name);
  glue.store.transaction(() => {
    for (const schema of glue.store.schemas(name)) {
      glue.store.removeTags(glue.schemaArn(schema));
      glue.store.deleteSchema(name, schema.name);
    }
    glue.store.removeTags(arn);
    glue.store.deleteRegistry(name);
  });
  // Glue deletes in the background and answers so; here it is gone.
  return { RegistryName: name, RegistryArn: arn, Status: "DELETING" };
});

export const registryActions = {
  CreateRegistry: createRegistry,
  GetRegistry: getRegistry,
  ListRegistries: listRegistries,
  UpdateRegistry: updateRegistry,
  DeleteRegistry: deleteRegistry,
};
