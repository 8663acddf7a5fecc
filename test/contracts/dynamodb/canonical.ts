import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Items as texts in an order that does not depend on the engine. */
export const sorted = (items: readonly Record<string, AttributeValue>[]) =>
  items.map((each) => JSON.stringify(canonical(each))).sort();

/** Members in one order; engines differ in it. */
export const canonical = (input: unknown): unknown => {
  if (input instanceof Uint8Array) return Buffer.from(input).toString("base64");
  if (Array.isArray(input)) return input.map(canonical);
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, canonical(each)]),
  );
};
