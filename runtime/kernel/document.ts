import { nexusError } from "./errors.ts";
import type { FieldType, ProjectionDefinition, ReadModelDocument } from "./service.ts";

export type FieldValue = string | number | boolean | null;

const fits = (type: FieldType, value: unknown): boolean => {
  switch (type) {
    case "keyword":
      return typeof value === "string";
    case "text":
      return typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"));
    case "integer":
      return Number.isSafeInteger(value);
    case "double":
      return typeof value === "number" && Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "date":
      return typeof value === "string" && !Number.isNaN(Date.parse(value));
  }
};

/**
 * The declared fields of a document, `null` where one is missing, checked against their types: a scalar each, text also
 * a list of strings. Dates come back in UTC with milliseconds, so that their order is that of their text.
 * Throws `NEXUS_DOCUMENT_INVALID`.
 */
export const declaredFields = (
  projection: Pick<ProjectionDefinition, "name" | "fields">,
  document: ReadModelDocument,
): Record<string, FieldValue> => {
  const values: Record<string, FieldValue> = {};
  for (const [field, type] of Object.entries(projection.fields)) {
    const value = document[field];
    if (value === undefined || value === null) {
      values[field] = null;
      continue;
    }
    if (!fits(type, value))
      throw nexusError("NEXUS_DOCUMENT_INVALID", `${projection.name}: field ${field} does not hold a ${type}`, {
        context: { projection: projection.name, field, type },
      });
    if (type === "date") values[field] = new Date(value as string).toISOString();
    else values[field] = Array.isArray(value) ? value.join("\n") : (value as FieldValue);
  }
  return values;
};
