import type { JsonSchema } from "../../runtime/kernel/contract.ts";

/** How a subschema stands to its parent: describing a part of the value, or the same value once more. */
export type Role = "part" | "same" | "definition";

export interface Subschema {
  readonly schema: JsonSchema;
  /** JSON Pointer within the document. */
  readonly pointer: string;
  readonly role: Role;
  /** For a part of the value: what it adds to the pointer of the value, `*` standing for any element or key. */
  readonly step: string;
}

const SCHEMA: Readonly<Record<string, Role>> = {
  items: "part",
  contains: "part",
  additionalProperties: "part",
  unevaluatedItems: "part",
  unevaluatedProperties: "part",
  not: "same",
  if: "same",
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword
  then: "same",
  else: "same",
};
const LISTS: Readonly<Record<string, Role>> = { prefixItems: "part", allOf: "same", anyOf: "same", oneOf: "same" };
const MAPS: Readonly<Record<string, Role>> = {
  properties: "part",
  patternProperties: "part",
  dependentSchemas: "same",
  $defs: "definition",
};

/** As in RFC 6901. */
export const escapePointer = (segment: string): string => segment.replaceAll("~", "~0").replaceAll("/", "~1");

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The subschemas one level below, in the order of the document. */
export function* children({ schema, pointer }: Pick<Subschema, "schema" | "pointer">): Generator<Subschema> {
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${pointer}/${escapePointer(keyword)}`;
    const single = SCHEMA[keyword];
    if (single !== undefined && isSchema(value)) yield { schema: value, pointer: at, role: single, step: "/*" };
    const list = LISTS[keyword];
    if (list !== undefined && Array.isArray(value))
      for (const [index, entry] of value.entries())
        if (isSchema(entry)) yield { schema: entry, pointer: `${at}/${index}`, role: list, step: `/${index}` };
    const map = MAPS[keyword];
    if (map !== undefined && isSchema(value))
      for (const [name, entry] of Object.entries(value))
        if (isSchema(entry)) {
          const step = keyword === "properties" ? `/${escapePointer(name)}` : "/*";
          yield { schema: entry, pointer: `${at}/${escapePointer(name)}`, role: map, step };
        }
  }
}

/** The schema and all below it, parents first. */
export function* walk(root: JsonSchema): Generator<Subschema> {
  const open: Subschema[] = [{ schema: root, pointer: "", role: "part", step: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...[...children(next)].reverse());
  }
}

/** The schema a local reference (`#/$defs/line`) stands for, or undefined when there is none. */
export const resolveLocal = (root: JsonSchema, reference: string): JsonSchema | undefined => {
  let at: unknown = root;
  for (const segment of decodeURIComponent(reference.slice(1)).split("/").slice(1))
    at = isSchema(at) ? at[segment.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  return isSchema(at) ? at : undefined;
};

/** JSON Pointers of the values marked `x-pii`, with `*` for any element of a list or key of a map; sorted. */
export const personalData = (root: JsonSchema): string[] => {
  const found = new Set<string>();
  const visit = (schema: JsonSchema, path: string, through: readonly string[]): void => {
    if (schema["x-pii"] === true) found.add(path);
    const reference = schema["$ref"];
    if (typeof reference === "string" && !through.includes(reference)) {
      const target = resolveLocal(root, reference);
      if (target !== undefined) visit(target, path, [...through, reference]);
    }
    for (const child of children({ schema, pointer: "" }))
      if (child.role !== "definition") visit(child.schema, child.role === "part" ? path + child.step : path, through);
  };
  visit(root, "", []);
  return [...found].sort();
};
