import { isDeepStrictEqual } from "node:util";
import { Ajv } from "ajv";

const MAX_CHARACTERS = 170_000;
/** What Glue's validator (Everit) knows. https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html */
const DRAFT = /^https?:\/\/json-schema\.org\/draft-0([467])\/schema#?$/;

const ajv = new Ajv({ strict: false, validateFormats: false });

const parse = (definition: string): unknown => {
  try {
    return JSON.parse(definition) as unknown;
  } catch {
    return undefined;
  }
};

const jsonSchemaProblem = (schema: unknown): string | undefined => {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return "it is not a JSON object";
  const { $schema: dialect, ...rest } = schema as Record<string, unknown>;
  const draft = dialect === undefined ? "7" : DRAFT.exec(String(dialect))?.[1];
  if (draft === undefined)
    return `$schema ${JSON.stringify(dialect)} is not a dialect that Glue knows: Draft-04, Draft-06 or Draft-07`;
  // exclusiveMinimum and exclusiveMaximum are booleans in Draft-04; the other keywords of it read alike.
  if (draft === "4" || ajv.validateSchema(rest) === true) return undefined;
  return ajv.errorsText(ajv.errors, { dataVar: "#" });
};

/** What is wrong with a definition, undefined when it is valid. */
export const definitionProblem = (dataFormat: "AVRO" | "JSON", definition: string): string | undefined => {
  if (definition.length > MAX_CHARACTERS) return `it is longer than ${MAX_CHARACTERS} characters`;
  const value = parse(definition);
  if (value === undefined) return "it is not JSON";
  return dataFormat === "JSON" ? jsonSchemaProblem(value) : undefined;
};

/** Two definitions are the same when they are as JSON: white space and the order of members do not count. */
export const sameDefinition = (one: string, other: string): boolean =>
  one === other || isDeepStrictEqual(parse(one), parse(other));
