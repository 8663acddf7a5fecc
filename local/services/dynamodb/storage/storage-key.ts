import type { AttributeMap, AttributeValue } from "../attribute-value.ts";
import type { KeyAttribute } from "../expressions/key-condition.ts";
import { sortableNumber } from "../number.ts";

/** A key attribute in a form that SQLite orders byte by byte as DynamoDB orders the values. */
export type StoragePart = string | Uint8Array;

/** What stands where a table or index has no range key. */
export const noRange = "";

/** Below, at or above zero, in the order SQLite keeps. */
export const compareParts = (left: StoragePart, right: StoragePart): number =>
  Buffer.compare(bytesOf(left), bytesOf(right));

const bytesOf = (part: StoragePart): Uint8Array => (typeof part === "string" ? Buffer.from(part) : part);

export const storagePart = (value: AttributeValue): StoragePart => {
  if ("S" in value) return value.S;
  if ("N" in value) return sortableNumber(value.N);
  if ("B" in value) return Buffer.from(value.B, "base64");
  throw new Error("a key attribute is S, N or B");
};

/** The key attributes of a table or index in an item, encoded; undefined when the item lacks one. */
export const storageKey = (
  item: AttributeMap,
  hash: KeyAttribute,
  range: KeyAttribute | undefined,
): readonly [StoragePart, StoragePart] | undefined => {
  const hashValue = item[hash.name];
  const rangeValue = range && item[range.name];
  if (hashValue === undefined || (range !== undefined && rangeValue === undefined)) return undefined;
  return [storagePart(hashValue), rangeValue === undefined ? noRange : storagePart(rangeValue)];
};

const lastCodePoint = 0x10ffff;

const afterText = (prefix: string): string | undefined => {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === lastCodePoint) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are no code points of their own.
  return String.fromCodePoint(...points, last + 1 === 0xd800 ? 0xe000 : last + 1);
};

const afterBytes = (prefix: Uint8Array): Uint8Array | undefined => {
  const bytes = [...prefix];
  while (bytes.at(-1) === 0xff) bytes.pop();
  const last = bytes.pop();
  return last === undefined ? undefined : Uint8Array.from([...bytes, last + 1]);
};

/** The least key above every key that begins with `prefix`; undefined when there is none. */
export const afterPrefix = (prefix: StoragePart): StoragePart | undefined =>
  typeof prefix === "string" ? afterText(prefix) : afterBytes(prefix);
