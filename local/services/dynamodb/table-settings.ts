import { AwsError } from "../contract.ts";
import { validationError } from "./errors.ts";
import type { KeyAttribute } from "./expressions/key-condition.ts";
import type { Parameters } from "./parameters.ts";
import type { IndexDefinition, StreamViewType, TableDefinition, Throughput } from "./storage/table-definition.ts";

// Readers of the structures that CreateTable and UpdateTable share.

const validName = /^[A-Za-z0-9_.-]{3,255}$/;
const maximumIndexes = 20;
const maximumNonKeyAttributes = 100;

export const assertName = (name: string): void => {
  if (!validName.test(name))
    throw validationError(
      "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
    );
};

const invalid = (detail: string): AwsError => validationError(`One or more parameter values were invalid: ${detail}`);

export type AttributeTypes = ReadonlyMap<string, KeyAttribute["type"]>;

export const readAttributeDefinitions = (parameters: Parameters): AttributeTypes => {
  const types = new Map<string, KeyAttribute["type"]>();
  for (const each of parameters.structures("AttributeDefinitions", ["AttributeName", "AttributeType"])) {
    const name = each.requiredString("AttributeName");
    if (types.has(name)) throw invalid(`Duplicate AttributeName in AttributeDefinitions: ${name}`);
    types.set(name, each.requiredOneOf("AttributeType", ["B", "N", "S"]));
  }
  return types;
};

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

export const readKeySchema = (parameters: Parameters, types: AttributeTypes): KeySchema => {
  parameters.requiredArray("KeySchema");
  const elements = parameters.structures("KeySchema", ["AttributeName", "KeyType"]).map((each) => ({
    name: each.requiredString("AttributeName"),
    keyType: each.requiredOneOf("KeyType", ["HASH", "RANGE"]),
  }));
  const [first, second] = elements;
  if (first === undefined || elements.length > 2)
    throw validationError(
      `1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length ${first === undefined ? "greater than or equal to 1" : "less than or equal to 2"}`,
    );
  if (first.keyType !== "HASH")
    throw validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (second !== undefined && second.keyType !== "RANGE")
    throw validationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (first.name === second?.name)
    throw validationError(`Both the Hash Key and the Range Key element in the KeySchema have the same name`);
  const typed = ({ name }: { name: string }): KeyAttribute => {
    const type = types.get(name);
    if (type === undefined)
      throw invalid(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}], AttributeDefinitions: [${[...types.keys()].join(", ")}]`,
      );
    return { name, type };
  };
  return { hash: typed(first), ...(second === undefined ? {} : { range: typed(second) }) };
};

export const readThroughput = (parameters: Parameters): Throughput | undefined => {
  const given = parameters.nested("ProvisionedThroughput", ["ReadCapacityUnits", "WriteCapacityUnits"]);
  if (given === undefined) return undefined;
  const read = given.integer("ReadCapacityUnits", 1);
  const write = given.integer("WriteCapacityUnits", 1);
  if (read === undefined || write === undefined)
    throw invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified");
  return { ReadCapacityUnits: read, WriteCapacityUnits: write };
};

/** The structure of an index in CreateTable and in an update. */
export const indexParameters = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];

export const readIndexDefinition = (parameters: Parameters, types: AttributeTypes, id: number): IndexDefinition => {
  const name = parameters.requiredString("IndexName");
  assertName(name);
  const projection = parameters.requiredNested("Projection", ["ProjectionType", "NonKeyAttributes"]);
  const type = projection.oneOf("ProjectionType", ["ALL", "INCLUDE", "KEYS_ONLY"]);
  const nonKeyAttributes = projection.strings("NonKeyAttributes") ?? [];
  if (type === undefined) throw invalid("Unknown ProjectionType: null");
  if (type === "INCLUDE" && nonKeyAttributes.length === 0)
    throw invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  if (type !== "INCLUDE" && nonKeyAttributes.length > 0)
    throw invalid(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  if (nonKeyAttributes.length > maximumNonKeyAttributes)
    throw invalid(`An index projects at most ${maximumNonKeyAttributes} attributes by name`);
  const throughput = readThroughput(parameters);
  return {
    id,
    name,
    ...readKeySchema(parameters, types),
    projection: { type, nonKeyAttributes },
    ...(throughput === undefined ? {} : { throughput }),
  };
};

export const assertIndexes = (indexes: readonly IndexDefinition[]): void => {
  const names = indexes.map(({ name }) => name);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) throw invalid(`Duplicate index name: ${twice}`);
  if (indexes.length > maximumIndexes)
    throw new AwsError(
      "LimitExceededException",
      `Number of global secondary indexes exceeds per-table limit of ${maximumIndexes}`,
    );
};

/** Every attribute that is declared must be part of a key. */
export const assertAttributesUsed = (
  types: AttributeTypes,
  table: KeySchema,
  indexes: readonly IndexDefinition[],
): void => {
  const used = new Set([table, ...indexes].flatMap(({ hash, range }) => [hash.name, range?.name]));
  const unused = [...types.keys()].filter((name) => !used.has(name));
  if (unused.length > 0)
    throw invalid(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${[...types.keys()].join(", ")}], unused: [${unused.join(", ")}]`,
    );
};

/** What `StreamSpecification` asks for: a view type, `off`, or undefined when it is absent. */
export const readStreamSpecification = (parameters: Parameters): StreamViewType | "off" | undefined => {
  const given = parameters.nested("StreamSpecification", ["StreamEnabled", "StreamViewType"]);
  if (given === undefined) return undefined;
  const viewType = given.oneOf("StreamViewType", ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]);
  if (given.boolean("StreamEnabled") !== true) {
    if (viewType !== undefined) throw invalid("Stream StreamViewType is present while StreamEnabled is false");
    return "off";
  }
  if (viewType === undefined) throw invalid("StreamViewType is required when StreamEnabled is true");
  return viewType;
};

export const readEncryption = (parameters: Parameters): TableDefinition["encryption"] => {
  const given = parameters.nested("SSESpecification", ["Enabled", "SSEType", "KMSMasterKeyId"]);
  if (given?.boolean("Enabled") !== true) return undefined;
  const keyArn = given.string("KMSMasterKeyId");
  return { type: given.string("SSEType") ?? "KMS", ...(keyArn === undefined ? {} : { keyArn }) };
};

export const readTags = (parameters: Parameters): Readonly<Record<string, string>> =>
  Object.fromEntries(
    parameters
      .structures("Tags", ["Key", "Value"])
      .map((tag) => [tag.requiredString("Key"), tag.requiredString("Value")]),
  );
