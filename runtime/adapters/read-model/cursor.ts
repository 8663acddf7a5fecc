import { nexusError } from "../../kernel/errors.ts";

/** Sort value and id of the last document of a page. */
export type CursorKey = readonly [value: string | number | null, id: string];

/** Opaque to callers. */
export const encodeCursor = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** Throws `NEXUS_REQUEST_INVALID` for what {@link encodeCursor} did not make. */
export const decodeCursor = (cursor: string): CursorKey => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(key) && key.length === 2) {
      const [value, id] = key as unknown[];
      const known = value === null || typeof value === "string" || typeof value === "number";
      if (known && typeof id === "string") return [value, id];
    }
  } catch {
    // Not JSON: answered below like any other text that is no cursor.
  }
  throw nexusError("NEXUS_REQUEST_INVALID", "cursor is not one that an answer of this query carried");
};
