import { serializationError, validationError } from "./errors.ts";
import { canonicalNumber, compareNumbers } from "./number.ts";
import { compareBinaries, compareText } from "./text-order.ts";

/** A value in the form of the wire; binaries are base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap };

export type AttributeMap = { readonly [name: string]: AttributeValue };
export type Item = AttributeMap;

export const attributeTypes = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"] as const;
export type AttributeType = (typeof attributeTypes)[number];

const knownTypes: ReadonlySet<string> = new Set(attributeTypes);
const maximumNesting = 32;

/** A map without a prototype, so that an attribute may be called `__proto__`. */
export const emptyMap = (): { [name: string]: AttributeValue } => Object.create(null);

export const typeOf = (value: AttributeValue): AttributeType => {
  for (const type in value) return type as AttributeType;
  throw new Error("an attribute value without a type");
};

const invalid = (detail: string) => validationError(`One or more parameter values were invalid: ${detail}`);

const text = (value: unknown): string => {
  if (typeof value === "string") return value;
  throw serializationError(
    `${(value === null ? "null" : typeof value).toUpperCase()}_VALUE cannot be converted to String`,
  );
};

const base64 = (value: unknown): string => {
  const encoded = text(value);
  // The form without padding is accepted by Node, not by AWS.
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
    throw serializationError("The base64 of a binary value is malformed");
  return encoded;
};

const list = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw serializationError("Unexpected value type in payload: expected a list");
};

const set = (value: unknown, element: (value: unknown) => string, whenEmpty: string): readonly string[] => {
  const elements = list(value).map(element);
  if (elements.length === 0) throw invalid(whenEmpty);
  return elements;
};

const withoutDuplicates = (elements: readonly string[]): readonly string[] => {
  if (new Set(elements).size !== elements.length)
    throw invalid(`Input collection [${elements.join(", ")}] contains duplicates.`);
  return elements;
};

const numberSet = (value: unknown): readonly string[] => {
  const elements = set(value, (element) => canonicalNumber(text(element)), "An number set  may not be empty");
  if (new Set(elements).size !== elements.length) throw validationError("Input collection contains duplicates");
  return elements.toSorted(compareNumbers);
};

const readTyped = (type: AttributeType, value: unknown, depth: number): AttributeValue => {
  switch (type) {
    case "S":
      return { S: text(value) };
    case "N":
      return { N: canonicalNumber(text(value)) };
    case "B":
      return { B: base64(value) };
    case "BOOL":
      if (typeof value !== "boolean") throw serializationError("Unexpected value type in payload: expected a Boolean");
      return { BOOL: value };
    case "NULL":
      if (value !== true) throw invalid("Null attribute value types must have the value of true");
      return { NULL: true };
    case "SS":
      return { SS: withoutDuplicates(set(value, text, "An string set  may not be empty")).toSorted(compareText) };
    case "NS":
      return { NS: numberSet(value) };
    case "BS":
      return { BS: withoutDuplicates(set(value, base64, "Binary sets should not be empty")).toSorted(compareBinaries) };
    case "L":
      return { L: list(value).map((element) => readValue(element, depth + 1)) };
    case "M":
      return { M: readMap(value, depth + 1) };
  }
};

/** Checks a value that came over the wire and brings its numbers into canonical form. Throws what AWS answers. */
export const readValue = (input: unknown, depth = 1): AttributeValue => {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw serializationError("Unexpected value type in payload: expected an attribute value");
  if (depth > maximumNesting) throw validationError("Nesting Levels have exceeded supported limits");
  let type: string | undefined;
  for (const key in input) {
    if (!knownTypes.has(key)) continue;
    if (type !== undefined)
      throw validationError(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    type = key;
  }
  if (type === undefined)
    throw validationError("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  return readTyped(type as AttributeType, (input as Record<string, unknown>)[type], depth);
};

/** An item, a key or a map value, checked as {@link readValue} does. */
export const readMap = (input: unknown, depth = 0): AttributeMap => {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw serializationError("Unexpected value type in payload: expected a map of attribute values");
  const result = emptyMap();
  for (const [name, value] of Object.entries(input)) {
    if (name === "") throw validationError("Empty attribute name");
    result[name] = readValue(value, depth + 1);
  }
  return result;
};
