const sorted = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;

/** JSON with sorted keys and no white space: equal values give equal text, whatever the order of their keys. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted);
