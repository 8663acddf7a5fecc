import { expect, test } from "vitest";
import { compileValidators } from "../../../cli/generate/compile-validators.ts";
import type { SchemaFile } from "../../../cli/generate/schema-files.ts";
import { schemaAjv } from "../../../cli/generate/schema-rules.ts";
import { contractValidator } from "../../../cli/generate/violations.ts";

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  description: 'Holds what could be taken for code: };, schemaPath:"#/a", and {braces}.',
  $defs: { size: { enum: ["s", 'a "quoted" }; one', 3, null] } },
  type: "object",
  properties: {
    kind: { const: "a" },
    "odd key": { enum: ["x", "y"] },
    size: { $ref: "#/$defs/size" },
    sizes: { type: "array", items: { $ref: "#/$defs/size" }, maxItems: 2, uniqueItems: true },
    shape: { enum: [{ corners: 3 }, "round"] },
    text: { type: "string", minLength: 2, pattern: "^[a-z}]+$" },
    either: {
      oneOf: [
        { type: "object", required: ["a b"], properties: { "a b": {} } },
        { type: "integer", minimum: 4 },
      ],
    },
  },
  required: ["kind"],
  dependentRequired: { text: ["size"] },
  additionalProperties: false,
};

const documents: readonly unknown[] = [
  { kind: "a" },
  {},
  null,
  { kind: "b", "odd key": "z", extra: 1 },
  { kind: "a", size: "xl", sizes: ["s", "s", 4] },
  { kind: "a", text: "A", shape: { corners: 4 } },
  { kind: "a", size: null, either: {} },
  { kind: "a", either: 3 },
];

const file = { aggregate: "box", kind: "event", name: "BoxMade", version: 1, schema } as unknown as SchemaFile;

test("violations are those that Ajv's errors with all their members give", async () => {
  const code = await compileValidators([file]);
  const lean = new Function(`${code}; return compiled.boxMadeV1;`)();
  const full = contractValidator(schemaAjv().compile(schema));
  const found = documents.map((document) => lean(document));
  expect(found).toEqual(documents.map((document) => full(document)));
  expect(found.filter((violations) => violations.length > 0)).toHaveLength(7);
});

test("neither paths within the schema nor messages that nobody reads are carried along", async () => {
  const simple = { ...schema, properties: { kind: { enum: ["a", "b"] } }, dependentRequired: {} };
  const code = await compileValidators([{ ...file, schema: simple } as SchemaFile]);
  expect(code).toContain('["a","b"]');
  for (const waste of ["schemaPath", "Holds what could be", "must have required property", "must be equal to one of"])
    expect(code).not.toContain(waste);
});
