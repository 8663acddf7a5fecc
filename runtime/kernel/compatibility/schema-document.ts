import type { JsonSchema } from "../contract.ts";
import { nexusError } from "../errors.ts";
import { checkKeyword } from "./keyword-shapes.ts";

/** `legacy`: Draft-07 and before, where `$ref` hides its neighbours and the words of 2019 and later mean nothing. */
export type Dialect = "legacy" | "2020-12";

/** The base of a document that has no `$id`; never seen outside. */
const NO_ID = "schema://document/";
const LEGACY = /json-schema\.org\/draft-0[3-7]\//;

/** One schema within a document. The same place is always the same object, so that results can be kept by it. */
export class Subschema {
  readonly document: SchemaDocument;
  /** JSON Pointer within the document. */
  readonly pointer: string;
  readonly value: JsonSchema | boolean;
  /** What a relative reference in it is relative to. */
  readonly base: string;

  constructor(document: SchemaDocument, pointer: string, value: JsonSchema | boolean, base: string) {
    this.document = document;
    this.pointer = pointer;
    this.value = value;
    this.base = base;
  }

  /** The schema under a keyword, or under a name or index within it. */
  child(...segments: readonly (string | number)[]): Subschema {
    const pointer = segments.reduce((at: string, segment) => `${at}/${escapePointer(String(segment))}`, this.pointer);
    const found = this.document.at(pointer);
    if (found === undefined) throw invalid(pointer, "must be a schema: an object or a boolean");
    return found;
  }
}

/** As in RFC 6901. */
export const escapePointer = (segment: string): string => segment.replaceAll("~", "~0").replaceAll("/", "~1");

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const invalid = (pointer: string, message: string) =>
  nexusError("NEXUS_SCHEMA_INVALID", `${pointer === "" ? "the schema" : pointer} ${message}`, { context: { pointer } });

/** A JSON Schema with its `$id`, `$anchor` and `$ref` understood. References never leave the document. */
export class SchemaDocument {
  readonly root: Subschema;
  readonly dialect: Dialect;
  readonly #raw: unknown;
  readonly #known = new Map<string, Subschema>();
  /** Absolute URI, with a fragment for an anchor, to the pointer of what it names. */
  readonly #names = new Map<string, string>();
  readonly #dynamicAnchors = new Map<string, string[]>();

  /** @throws NexusError NEXUS_SCHEMA_INVALID naming the place */
  constructor(schema: unknown) {
    if (!isObject(schema) && typeof schema !== "boolean") throw invalid("", "must be an object or a boolean");
    this.#raw = schema;
    this.dialect = isObject(schema) && LEGACY.test(String(schema["$schema"] ?? "")) ? "legacy" : "2020-12";
    this.root = new Subschema(this, "", schema, idWithin(schema, NO_ID));
    this.#known.set("", this.root);
    this.#names.set(NO_ID, "");
    this.#index(schema, "", NO_ID);
  }

  at(pointer: string): Subschema | undefined {
    const known = this.#known.get(pointer);
    if (known !== undefined) return known;
    let value = this.#raw;
    let base = idWithin(value, NO_ID);
    for (const segment of pointer.split("/").slice(1)) {
      const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
      if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
      else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
      base = idWithin(value, base);
    }
    if (!isObject(value) && typeof value !== "boolean") return undefined;
    const found = new Subschema(this, pointer, value, base);
    this.#known.set(pointer, found);
    return found;
  }

  /** What a reference stands for; undefined when it leads out of the document, or nowhere. */
  resolve(from: Subschema, reference: string): Subschema | undefined {
    const uri = absolute(reference, from.base);
    if (uri === undefined) return undefined;
    const [resource = "", fragment = ""] = uri.split("#");
    const start = this.#names.get(resource);
    if (start === undefined) return undefined;
    if (fragment === "") return this.at(start);
    const name = decode(fragment);
    if (name.startsWith("/")) return this.at(start + name);
    const anchored = this.#names.get(`${resource}#${name}`);
    return anchored === undefined ? undefined : this.at(anchored);
  }

  /** As {@link resolve}, where only one place in the document can be meant: the dynamic scope has no choice then. */
  resolveDynamic(from: Subschema, reference: string): Subschema | undefined {
    const anchor = decode(reference.split("#")[1] ?? "");
    const [only, another] = this.#dynamicAnchors.get(anchor) ?? [];
    if (anchor === "" || anchor.startsWith("/") || only === undefined) return this.resolve(from, reference);
    return another === undefined ? this.at(only) : undefined;
  }

  #index(value: unknown, pointer: string, outerBase: string): void {
    if (!isObject(value)) return;
    const base = idWithin(value, outerBase);
    if (base !== outerBase || pointer === "") this.#names.set(base.split("#")[0] ?? base, pointer);
    const id = value["$id"];
    if (typeof id === "string" && id.startsWith("#")) this.#names.set(`${base}${id}`, pointer);
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const anchor = value[keyword];
      if (typeof anchor !== "string") continue;
      this.#names.set(`${base}#${anchor}`, pointer);
      if (keyword === "$dynamicAnchor")
        this.#dynamicAnchors.set(anchor, [...(this.#dynamicAnchors.get(anchor) ?? []), pointer]);
    }
    for (const [keyword, entry] of Object.entries(value)) {
      const at = `${pointer}/${escapePointer(keyword)}`;
      const check = checkKeyword(keyword, entry);
      if (check.problem !== undefined) throw invalid(`${at}${check.at}`, check.problem);
      for (const path of check.schemas) {
        const inner = path.reduce((from: unknown, key) => (from as Record<string, unknown>)[key], entry);
        const within = path.reduce((to: string, key) => `${to}/${escapePointer(String(key))}`, at);
        if (!isObject(inner) && typeof inner !== "boolean")
          throw invalid(within, "must be a schema: an object or a boolean");
        this.#index(inner, within, base);
      }
    }
  }
}

const idWithin = (value: unknown, base: string): string => {
  const id = isObject(value) ? value["$id"] : undefined;
  return typeof id !== "string" || id.startsWith("#") ? base : (absolute(id, base)?.split("#")[0] ?? base);
};

const absolute = (reference: string, base: string): string | undefined => {
  if (reference.startsWith("#")) return base + reference;
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
};

const decode = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
};
