import type { SchemaViolation } from "../kernel/contract.ts";
import { nexusError } from "../kernel/errors.ts";
import type { FieldType, ProjectionDefinition } from "../kernel/service.ts";
import type { Filter, Query } from "../ports/read-model-store.ts";

export const DEFAULT_LIMIT = 20;
export const MAXIMUM_LIMIT = 100;

/** A query string, decoded: names and values as they came. */
export type QueryParameters = Readonly<Record<string, string | undefined>>;

type Reading = { readonly value: Filter["value"] } | { readonly expected: string };

const readValue = (type: FieldType, text: string): Reading => {
  switch (type) {
    case "keyword":
      return { value: text };
    case "text":
      return { expected: "a field that is not text; search it with /search?q=" };
    case "integer":
    case "double": {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      const fits = type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
      return fits ? { value } : { expected: type === "integer" ? "a whole number" : "a number" };
    }
    case "boolean":
      return text === "true" || text === "false" ? { value: text === "true" } : { expected: "true or false" };
    case "date": {
      const time = Date.parse(text);
      return Number.isNaN(time) ? { expected: "an RFC 3339 date or time" } : { value: new Date(time).toISOString() };
    }
  }
};

const readFilter = (projection: ProjectionDefinition, name: string, text: string): Filter | SchemaViolation => {
  const [, bound, field = name] = /^(from|to)\.(.+)$/.exec(name) ?? [];
  const type = Object.hasOwn(projection.fields, field) ? projection.fields[field] : undefined;
  if (type === undefined) {
    const known = Object.keys(projection.fields).join(", ");
    return { path: name, keyword: "parameter", message: `is no field of ${projection.name}; the fields are ${known}` };
  }
  const reading = readValue(type, text);
  if ("expected" in reading) return { path: name, keyword: "type", message: `must be ${reading.expected}` };
  return { field, operator: bound === "from" || bound === "to" ? bound : "equals", value: reading.value };
};

const readSort = (projection: ProjectionDefinition, text: string): NonNullable<Query["sort"]> | SchemaViolation => {
  const descending = text.startsWith("-");
  const field = descending ? text.slice(1) : text;
  const sortable = Object.entries(projection.fields).flatMap(([name, type]) => (type === "text" ? [] : [name]));
  if (sortable.includes(field)) return { field, direction: descending ? "desc" : "asc" };
  return {
    path: "sort",
    keyword: "enum",
    message: `must be one of ${sortable.join(", ")}, with - in front to turn it`,
  };
};

const readLimit = (text: string): number | SchemaViolation => {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MAXIMUM_LIMIT) return limit;
  return { path: "limit", keyword: "range", message: `must be a whole number from 1 to ${MAXIMUM_LIMIT}` };
};

/**
 * The query that parameters ask for; `q` is left to the caller.
 * Throws `NEXUS_REQUEST_INVALID`, whose `errors` name every parameter that is wrong.
 */
export const readQuery = (projection: ProjectionDefinition, parameters: QueryParameters): Query => {
  const errors: SchemaViolation[] = [];
  const keep = <T>(reading: T | SchemaViolation): T | undefined => {
    if (reading !== null && typeof reading === "object" && "keyword" in reading) {
      errors.push(reading);
      return undefined;
    }
    return reading as T;
  };
  const { sort: sortText, limit: limitText, cursor, ...rest } = parameters;
  const filters = Object.entries(rest).flatMap(([name, text]) => {
    const filter = text === undefined ? undefined : keep(readFilter(projection, name, text));
    return filter === undefined ? [] : [filter];
  });
  const sort = sortText === undefined ? undefined : keep(readSort(projection, sortText));
  const limit = limitText === undefined ? DEFAULT_LIMIT : keep(readLimit(limitText));
  if (errors.length > 0)
    throw nexusError("NEXUS_REQUEST_INVALID", `${errors[0]?.path} ${errors[0]?.message}`, { context: { errors } });
  return {
    filters,
    limit: limit ?? DEFAULT_LIMIT,
    ...(sort === undefined ? {} : { sort }),
    ...(cursor === undefined ? {} : { cursor }),
  };
};
