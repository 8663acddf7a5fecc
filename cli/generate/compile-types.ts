import { compile } from "json-schema-to-typescript";
import type { JsonSchema } from "../../runtime/kernel/contract.ts";
import { pascalCase, typeName } from "./names.ts";
import type { SchemaFile } from "./schema-files.ts";
import { isSchema, walk } from "./schema-walk.ts";

/** The TypeScript type of a schema's valid values; what `$defs` names is named after the schema too. */
export const compileTypes = async (file: SchemaFile): Promise<string> => {
  const base = typeName(file);
  const source = await compile(uniquelyNamed(file.schema, base), base, {
    additionalProperties: false,
    bannerComment: "",
    // A list of 1 to 2,000 entries is a list, not a union of tuples; the validator counts.
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    style: { printWidth: 120 },
  });
  return source.trim();
};

/** Type names come from titles and keys of `$defs`, and those of two schemas may be the same. */
const uniquelyNamed = (original: JsonSchema, base: string): Record<string, unknown> => {
  const root = structuredClone(original) as Record<string, unknown>;
  const renamed = (name: string) => base + pascalCase(name);
  for (const { schema } of [...walk(root)]) {
    const part = schema as Record<string, unknown>;
    delete part["title"];
    const reference = part["$ref"];
    if (typeof reference === "string")
      part["$ref"] = reference.replace(/^#\/\$defs\/([^/]+)/, (_, name: string) => `#/$defs/${renamed(name)}`);
  }
  const definitions = root["$defs"];
  if (isSchema(definitions))
    root["$defs"] = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [renamed(name), schema]));
  return root;
};
