import type { ProjectionDefinition } from "../../kernel/service.ts";
import type { Filter, Query, Search } from "../../ports/read-model-store.ts";
import { decodeCursor } from "../read-model/cursor.ts";
import { MARK } from "../read-model/highlights.ts";
import { MISSING_INTEGER } from "./opensearch-index.ts";

const RANGE = { from: "gte", to: "lte" } as const;

const filterClause = ({ field, operator, value }: Filter): object =>
  operator === "equals"
    ? { term: { [`fields.${field}`]: value } }
    : { range: { [`fields.${field}`]: { [RANGE[operator]]: value } } };

const matching = (filters: readonly Filter[], must: readonly object[]): object => ({
  bool: { filter: [{ term: { present: true } }, ...filters.map(filterClause)], must },
});

/** Missing values last: by a number of their own where the field is one, by the engine's where it is text. */
const sortClause = (projection: ProjectionDefinition, { field, direction }: NonNullable<Query["sort"]>): object => {
  const type = projection.fields[field];
  const edge = type === "integer" ? MISSING_INTEGER : type === "double" ? Number.MAX_VALUE : undefined;
  const missing = edge === undefined ? "_last" : direction === "asc" ? edge : -edge;
  return { [`fields.${field}`]: { order: direction, missing } };
};

const after = (cursor: string | undefined, sorts: number): object =>
  cursor === undefined ? {} : { search_after: sorts === 1 ? [decodeCursor(cursor)[1]] : decodeCursor(cursor) };

/** One more than a page, to know whether there is a next one. */
export const queryBody = (projection: ProjectionDefinition, query: Query): object => {
  const sort = [...(query.sort === undefined ? [] : [sortClause(projection, query.sort)]), { id: "asc" }];
  return {
    query: matching(query.filters, []),
    sort,
    size: query.limit + 1,
    track_total_hits: true,
    ...after(query.cursor, sort.length),
  };
};

export const searchBody = (projection: ProjectionDefinition, search: Search): object => {
  const fields = Object.entries(projection.fields).flatMap(([name, type]) =>
    type === "text" ? [`fields.${name}`] : [],
  );
  const words = { multi_match: { query: search.text, fields, type: "cross_fields", operator: "and" } };
  return {
    query: matching(search.filters, [words]),
    sort: [{ _score: "desc" }, { id: "asc" }],
    size: search.limit + 1,
    track_total_hits: true,
    highlight: {
      pre_tags: [MARK.begin],
      post_tags: [MARK.end],
      // The field whole, not in fragments.
      number_of_fragments: 0,
      fields: Object.fromEntries(fields.map((name) => [name, {}])),
    },
    ...after(search.cursor, 2),
  };
};
