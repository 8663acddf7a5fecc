import { AwsError } from "../../contract.ts";
import { type Action, action, type InputOf, list, required, struct, text } from "../../json-parameters.ts";
import type { GlueEngine } from "../engine.ts";
import type { Metadata, SchemaVersion } from "../glue-store.ts";
import { page, paging, time } from "./shapes.ts";
import { versionAddress } from "./versions.ts";

const MAX_PAIRS = 10;
const word = text({ minLength: 1, maxLength: 256, pattern: /^[a-zA-Z0-9+\-=._./@]+$/ });
const pair = struct({ MetadataKey: required(word), MetadataValue: required(word) });
const shape = { ...versionAddress, MetadataKeyValue: required(pair) };

const answer = (glue: GlueEngine, version: SchemaVersion, input: InputOf<typeof shape>) => ({
  SchemaArn: glue.schemaArn({ registryName: version.registryName, name: version.schemaName }),
  SchemaName: version.schemaName,
  RegistryName: version.registryName,
  LatestVersion: glue.store.schema(version.registryName, version.schemaName)?.latest === version.number,
  VersionNumber: version.number,
  SchemaVersionId: version.id,
  MetadataKey: input.MetadataKeyValue.MetadataKey,
  MetadataValue: input.MetadataKeyValue.MetadataValue,
});

const putSchemaVersionMetadata: Action<GlueEngine> = action(shape, (glue, input) => {
  const version = glue.findVersion(input);
  const { MetadataKey: key, MetadataValue: value } = input.MetadataKeyValue;
  if (glue.store.metadata(version.id).length >= MAX_PAIRS)
    throw new AwsError(
      "ResourceNumberLimitExceededException",
      "Your resource limits for Schema Version Metadata have been exceeded.",
    );
  if (!glue.store.addMetadata(version.id, { key, value, createdAt: glue.now() }))
    throw new AwsError(
      "AlreadyExistsException",
      `Resource already exist for schema version id: ${version.id}, metadata key: ${key}, metadata value: ${value}`,
    );
  return answer(glue, version, input);
});

const removeSchemaVersionMetadata: Action<GlueEngine> = action(shape, (glue, input) => {
  const version = glue.findVersion(input);
  const { MetadataKey: key, MetadataValue: value } = input.MetadataKeyValue;
  if (!glue.store.removeMetadata(version.id, key, value))
    throw new AwsError(
      "EntityNotFoundException",
      `Metadata is not found for schema version id: ${version.id}, metadata key: ${key}, metadata value: ${value}`,
    );
  return answer(glue, version, input);
});

/** The newest value of a key, the older ones beside it. */
const describe = ([latest, ...others]: readonly Metadata[]) => ({
  MetadataValue: latest?.value,
  CreatedTime: time(latest?.createdAt ?? 0),
  ...(others.length === 0
    ? {}
    : {
        OtherMetadataValueList: others.map((other) => ({
          MetadataValue: other.value,
          CreatedTime: time(other.createdAt),
        })),
      }),
});

const querySchemaVersionMetadata: Action<GlueEngine> = action(
  { ...versionAddress, MetadataList: list(struct({ MetadataKey: word, MetadataValue: word })), ...paging },
  (glue, input) => {
    const version = glue.findVersion(input);
    const wanted = input.MetadataList ?? [];
    const found = glue.store
      .metadata(version.id)
      .filter(
        ({ key, value }) =>
          wanted.length === 0 ||
          wanted.some((each) => (each.MetadataKey ?? key) === key && (each.MetadataValue ?? value) === value),
      );
    const { items, next } = page(Object.entries(Object.groupBy(found, ({ key }) => key)), input);
    const MetadataInfoMap = Object.fromEntries(items.map(([key, values]) => [key, describe(values ?? [])]));
    return { MetadataInfoMap, SchemaVersionId: version.id, ...next };
  },
);

export const metadataActions = {
  PutSchemaVersionMetadata: putSchemaVersionMetadata,
  RemoveSchemaVersionMetadata: removeSchemaVersionMetadata,
  QuerySchemaVersionMetadata: querySchemaVersionMetadata,
};
