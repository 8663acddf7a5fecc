import { ConfigurationError } from "./configuration-error.ts";

/**
 * Turns a raw value of the stack's config into a typed one. `undefined` is a key that is not set. Values set with
 * `pulumi config set` are strings, those in an object may be of their own type: both are taken.
 * Throws a {@link ConfigurationError} that names the key.
 */
export type Reader<T> = (value: unknown, key: string) => T;

export type Read<R> = R extends Reader<infer T> ? T : never;

const fail = (key: string, expected: string, value: unknown): never => {
  const found = value === undefined ? "is not set" : `is ${JSON.stringify(value)}`;
  throw new ConfigurationError(
    `${key} must be ${expected}, but ${found}. Set it in the stack's Pulumi.<stack>.yaml, or with: pulumi config set --path ${key} VALUE`,
  );
};

export const required =
  <T>(reader: Reader<T | undefined>, expected: string): Reader<T> =>
  (value, key) =>
    reader(value, key) ?? fail(key, expected, value);

export const withDefault =
  <T>(reader: Reader<T | undefined>, fallback: T): Reader<T> =>
  (value, key) =>
    reader(value, key) ?? fallback;

export const text =
  (expected: string, pattern: RegExp): Reader<string | undefined> =>
  (value, key) => {
    if (value === undefined) return undefined;
    return typeof value === "string" && pattern.test(value) ? value : fail(key, expected, value);
  };

export const oneOf =
  <const T extends string>(choices: readonly T[]): Reader<T | undefined> =>
  (value, key) => {
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? fail(key, `one of ${choices.join(", ")}`, value);
  };

export const flag: Reader<boolean | undefined> = (value, key) => {
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  return fail(key, "true or false", value);
};

export const integer =
  (minimum: number, maximum: number): Reader<number | undefined> =>
  (value, key) => {
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    const fits = typeof number === "number" && Number.isInteger(number) && number >= minimum && number <= maximum;
    return fits ? number : fail(key, `an integer from ${minimum} to ${maximum}`, value);
  };

export const listOf =
  (minimum: number, expected: string, pattern: RegExp): Reader<readonly string[] | undefined> =>
  (value, key) => {
    if (value === undefined) return undefined;
    const list = typeof value === "string" ? parseJson(value) : value;
    const fits = Array.isArray(list) && list.length >= minimum && list.every((item) => pattern.test(String(item)));
    return fits ? list.map(String) : fail(key, expected, value);
  };

/** An object with exactly these keys; one that is not set reads as an object without any. */
export const group =
  <Shape extends Record<string, Reader<unknown>>>(
    shape: Shape,
  ): Reader<{ readonly [K in keyof Shape]: Read<Shape[K]> }> =>
  (value, key) => {
    const object = typeof value === "string" ? parseJson(value) : (value ?? {});
    if (typeof object !== "object" || object === null || Array.isArray(object))
      return fail(key, `an object of ${Object.keys(shape).join(", ")}`, value);
    refuseUnknown(Object.keys(object), Object.keys(shape), key, ".");
    const values = object as Record<string, unknown>;
    const read = Object.entries(shape).map(([name, reader]) => [name, reader(values[name], `${key}.${name}`)]);
    // Each entry was made by the reader of its own key.
    return Object.fromEntries(read) as { readonly [K in keyof Shape]: Read<Shape[K]> };
  };

/** A misspelt key would otherwise be a default in disguise. */
export const refuseUnknown = (
  found: readonly string[],
  known: readonly string[],
  prefix: string,
  separator: string,
): void => {
  const unknown = found.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(
      `${prefix}${separator}${unknown} is not a key of this program. Known are: ${known.join(", ")}.`,
    );
};

const parseJson = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};
