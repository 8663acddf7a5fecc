import type { AttributeMap, AttributeValue } from "./attribute-value.ts";

const bytes = (text: string): number => Buffer.byteLength(text, "utf8");

/** Bytes of a number: one for two digits, and one more. */
const numberBytes = (canonical: string): number => {
  const digits = canonical.replace(/^-?0*\.?0*|[.]/g, "").replace(/0+$/, "").length;
  return Math.ceil(digits / 2) + 1 + (canonical.startsWith("-") ? 1 : 0);
};

export const binaryBytes = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);

const total = <T>(elements: readonly T[], size: (element: T) => number): number =>
  elements.reduce((sum, element) => sum + size(element), 0);

/** Size as AWS counts it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export const valueBytes = (value: AttributeValue): number => {
  if ("S" in value) return bytes(value.S);
  if ("N" in value) return numberBytes(value.N);
  if ("B" in value) return binaryBytes(value.B);
  if ("SS" in value) return total(value.SS, bytes);
  if ("NS" in value) return total(value.NS, numberBytes);
  if ("BS" in value) return total(value.BS, binaryBytes);
  if ("L" in value) return 3 + total(value.L, (element) => 1 + valueBytes(element));
  if ("M" in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
};

/** Bytes of an item: names and values. */
export const itemBytes = (item: AttributeMap): number => {
  let sum = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) sum += bytes(name) + valueBytes(value);
  }
  return sum;
};

/** DynamoDB takes no larger item. */
export const maximumItemBytes = 400 * 1024;
/** Query and Scan read no more in one page. */
export const maximumPageBytes = 1024 * 1024;
