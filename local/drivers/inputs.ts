import type { Properties } from "../engine/values.ts";

/** Readers of a resource's inputs. A value of the wrong type is refused by name: the SDK's types were bypassed. */
const wrongType = (key: string, wanted: string, value: unknown): Error =>
  new Error(`${key} must be ${wanted}, not ${JSON.stringify(value)}`);

export const text = (inputs: Properties, key: string): string | undefined => {
  const value = inputs[key] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(key, "a string", value);
};

export const requiredText = (inputs: Properties, key: string): string => {
  const value = text(inputs, key);
  if (value === undefined || value === "") throw new Error(`${key} is missing`);
  return value;
};

/** A value as an attribute's text; documents as JSON. */
export const asText = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** A JSON document: the provider takes it as text or as an object. */
export const documentText = (inputs: Properties, key: string): string => {
  const value = inputs[key];
  return typeof value === "object" && value !== null ? JSON.stringify(value) : requiredText(inputs, key);
};

export const integer = (inputs: Properties, key: string): number | undefined => {
  const value = inputs[key] ?? undefined;
  if (value === undefined || (typeof value === "number" && Number.isInteger(value))) return value;
  throw wrongType(key, "a whole number", value);
};

export const flag = (inputs: Properties, key: string): boolean | undefined => {
  const value = inputs[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw wrongType(key, "true or false", value);
};

/** A nested object; empty when it is left out. */
export const record = (inputs: Properties, key: string): Properties => {
  const value = inputs[key] ?? {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Properties;
  throw wrongType(key, "an object", value);
};

/** A list of nested objects; empty when it is left out. */
export const records = (inputs: Properties, key: string): readonly Properties[] => {
  const value = inputs[key] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null)) return value;
  throw wrongType(key, "a list of objects", value);
};

export const texts = (inputs: Properties, key: string): readonly string[] => {
  const value = inputs[key] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw wrongType(key, "a list of strings", value);
};

/** The members of an object that are strings, such as tags or environment variables. */
export const textRecord = (inputs: Properties, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record(inputs, key)).map(([name, value]) => [name, String(value)]));

/** The object without its `undefined` members: AWS's parameters are present or absent. */
export const compact = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

/** Runs a call whose effect may be there already, or gone already. */
export const tolerating = async (codes: readonly string[], call: () => Promise<unknown>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof Error && codes.includes(error.name))) throw error;
  }
};
