import type { FieldType, ProjectionDefinition } from "../../kernel/service.ts";

/**
 * Where integers that are missing stand in a sort: beyond every safe one, and exact in JSON, which carries the sort
 * values of a page to the next.
 */
export const MISSING_INTEGER = 2 ** 60;

const PROPERTY: Record<FieldType, object> = {
  // Lucene refuses terms over 32,766 bytes.
  keyword: { type: "keyword", ignore_above: 8_191 },
  text: { type: "text", analyzer: "folding" },
  integer: { type: "long" },
  double: { type: "double" },
  boolean: { type: "boolean" },
  // Declared fields hold dates in one format (see kernel/document.ts), so that their order is that of the text.
  date: { type: "keyword" },
};

/**
 * The whole index. What a projection says beyond its declared fields is kept in `source` and not indexed.
 * Three attributes stand beside the fields: the id to sort by, the version, and whether there is a document at all.
 */
export const indexBody = ({ fields }: ProjectionDefinition) => ({
  settings: {
    // An unset interval stops refreshing after 30 s without a search.
    index: { refresh_interval: "1s" },
    analysis: {
      analyzer: { folding: { type: "custom", tokenizer: "standard", filter: ["lowercase", "asciifolding"] } },
    },
  },
  mappings: {
    dynamic: "strict",
    properties: {
      id: { type: "keyword" },
      version: { type: "long" },
      present: { type: "boolean" },
      source: { type: "object", enabled: false },
      fields: {
        type: "object",
        properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, PROPERTY[type]])),
      },
    },
  },
});

/** Named by what the index is made of, so that a changed projection begins afresh. */
export const indexName = (projection: ProjectionDefinition, digest: (text: string) => string): string => {
  const hash = digest(JSON.stringify(indexBody(projection))).replaceAll(/[^A-Za-z0-9]/g, "");
  return `${projection.name}-${hash.slice(0, 10).toLowerCase()}`;
};
