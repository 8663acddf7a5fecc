import type { JsonSchema } from "../../runtime/kernel/contract.ts";

/** What a branch does to the schema of PaymentProcessed, and how the chain calls it, wherever it is caught. */
export interface SchemaBranch {
  readonly what: string;
  readonly change: (schema: JsonSchema) => JsonSchema;
  readonly rule: string;
  readonly path: string;
}

const properties = (schema: JsonSchema) => schema["properties"] as Record<string, JsonSchema>;
const required = (schema: JsonSchema) => schema["required"] as readonly string[];

export const SCHEMA_BRANCHES: readonly SchemaBranch[] = [
  {
    what: "removes a required field",
    change: (schema) => {
      const { method: _, ...rest } = properties(schema);
      return { ...schema, properties: rest, required: required(schema).filter((name) => name !== "method") };
    },
    rule: "nexus-schema-property-removed",
    path: "/properties/method",
  },
  {
    what: "narrows a type",
    change: (schema) => ({ ...schema, properties: { ...properties(schema), amountMinor: { type: "string" } } }),
    rule: "nexus-schema-type-narrowed",
    path: "/properties/amountMinor/type",
  },
  {
    what: "adds a required property",
    change: (schema) => ({
      ...schema,
      properties: { ...properties(schema), payer: { type: "string" } },
      required: [...required(schema), "payer"],
    }),
    rule: "nexus-schema-required-added",
    path: "/properties/payer",
  },
];
