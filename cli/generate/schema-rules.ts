import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonSchema } from "../../runtime/kernel/contract.ts";
import { resolveLocal, walk } from "./schema-walk.ts";

/** What is wrong with a schema file, and where in it. */
export interface Problem {
  readonly file: string;
  /** JSON Pointer within the file, `""` for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** What the name of a file under `schemas/` says. */
export interface SchemaName {
  readonly aggregate: string;
  readonly kind: "event" | "command";
  readonly name: string;
  readonly version: number;
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const PASCAL = "^[A-Z][A-Za-z0-9]*$";

const mark = (properties: Record<string, unknown>): JsonSchema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const version = { type: "integer", minimum: 1 };
const aggregate = { type: "string", minLength: 1 };

/** What a schema file must be beyond valid JSON Schema 2020-12. */
const META_SCHEMAS: Readonly<Record<SchemaName["kind"], JsonSchema>> = {
  event: {
    type: "object",
    properties: {
      $schema: { const: DIALECT },
      type: { const: "object" },
      "x-nexus": mark({
        event: { type: "string", pattern: PASCAL },
        aggregate,
        version,
        route: { enum: ["core", "standard"] },
        owner: { type: "string", minLength: 1 },
      }),
    },
    required: ["$schema", "type", "x-nexus"],
  },
  command: {
    type: "object",
    properties: {
      $schema: { const: DIALECT },
      type: { const: "object" },
      "x-nexus": mark({ command: { type: "string", pattern: PASCAL }, aggregate, version }),
    },
    required: ["$schema", "type", "x-nexus"],
  },
};

/** The Ajv that checks schemas and compiles validators: 2020-12 with formats and the keywords of ours. */
export const schemaAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, code: { source: true, esm: true }, logger: false });
  addFormats.default(ajv);
  ajv.addVocabulary(["x-nexus", "x-nexus-waiver"]);
  ajv.addKeyword({ keyword: "x-pii", schemaType: "boolean" });
  return ajv;
};

const sentence = (error: ErrorObject): string => {
  const { params } = error;
  if (error.keyword === "const") return `must be ${JSON.stringify(params["allowedValue"])}`;
  if (error.keyword === "enum") return `must be one of ${JSON.stringify(params["allowedValues"])}`;
  if (error.keyword === "additionalProperties") return `must not have ${JSON.stringify(params["additionalProperty"])}`;
  return error.message ?? error.keyword;
};

/** Every way in which a schema breaks the rules; empty when it may be generated from. */
export const checkSchema = (file: string, expected: SchemaName, schema: JsonSchema): Problem[] => {
  const ajv = schemaAjv();
  const problem = (path: string, message: string): Problem => ({ file, path, message });
  const of = (errors: readonly ErrorObject[] | null | undefined): Problem[] =>
    (errors ?? []).map((error) => problem(error.instancePath, sentence(error)));

  const ours = ajv.compile(META_SCHEMAS[expected.kind]);
  if (!ours(schema)) return of(ours.errors);
  if (ajv.validateSchema(schema) !== true) return of(ajv.errors);

  const problems = [...nameProblems(expected, schema), ...structureProblems(schema)].map(([path, message]) =>
    problem(path, message),
  );
  if (problems.length > 0) return problems;
  try {
    ajv.compile(schema);
    return [];
  } catch (error) {
    return [problem("", error instanceof Error ? error.message : String(error))];
  }
};

type Finding = readonly [path: string, message: string];

const nameProblems = (expected: SchemaName, schema: JsonSchema): Finding[] => {
  const said = schema["x-nexus"] as Readonly<Record<string, unknown>>;
  const wanted = { [expected.kind]: expected.name, aggregate: expected.aggregate, version: expected.version };
  return Object.entries(wanted)
    .filter(([key, value]) => said[key] !== value)
    .map(([key, value]) => [`/x-nexus/${key}`, `must be ${JSON.stringify(value)}, as the path of the file says`]);
};

const structureProblems = (root: JsonSchema): Finding[] => {
  const findings: Finding[] = [];
  for (const { schema, pointer, role } of walk(root)) {
    const isObject = schema["type"] === "object" || schema["properties"] !== undefined;
    const extra = schema["additionalProperties"];
    const closed = extra === false || typeof extra === "object" || schema["unevaluatedProperties"] === false;
    if (isObject && role !== "same" && !closed)
      findings.push([pointer, "must say additionalProperties: false (or unevaluatedProperties: false)"]);
    if (pointer !== "" && schema["$defs"] !== undefined)
      findings.push([`${pointer}/$defs`, "must stand at the root of the file"]);
    const reference = schema["$ref"];
    if (typeof reference === "string" && !reference.startsWith("#"))
      findings.push([`${pointer}/$ref`, "must stay within the file (#/$defs/...): a schema is registered by itself"]);
    else if (typeof reference === "string" && resolveLocal(root, reference) === undefined)
      findings.push([`${pointer}/$ref`, `points to nothing: ${reference}`]);
  }
  return findings;
};
