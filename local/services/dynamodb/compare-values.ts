import { type AttributeValue, typeOf } from "./attribute-value.ts";
import { compareNumbers } from "./number.ts";
import { compareBinaries, compareText } from "./text-order.ts";

/** Order of two values of the same type S, N or B; undefined for any other pair, which no operator orders. */
export const compareValues = (left: AttributeValue, right: AttributeValue): number | undefined => {
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  if ("S" in left && "S" in right) return compareText(left.S, right.S);
  if ("B" in left && "B" in right) return compareBinaries(left.B, right.B);
  return undefined;
};

const sameElements = (left: readonly string[], right: readonly string[]): boolean => {
  if (left.length !== right.length) return false;
  const elements = new Set(left);
  return right.every((element) => elements.has(element));
};

/** Equality of type and content; sets and maps regardless of order. */
export const equalValues = (left: AttributeValue, right: AttributeValue): boolean => {
  if (typeOf(left) !== typeOf(right)) return false;
  if ("S" in left && "S" in right) return left.S === right.S;
  if ("N" in left && "N" in right) return left.N === right.N;
  if ("B" in left && "B" in right) return left.B === right.B;
  if ("BOOL" in left && "BOOL" in right) return left.BOOL === right.BOOL;
  if ("SS" in left && "SS" in right) return sameElements(left.SS, right.SS);
  if ("NS" in left && "NS" in right) return sameElements(left.NS, right.NS);
  if ("BS" in left && "BS" in right) return sameElements(left.BS, right.BS);
  if ("L" in left && "L" in right) {
    const elements = right.L;
    return (
      left.L.length === elements.length &&
      left.L.every((value, index) => {
        const other = elements[index];
        return other !== undefined && equalValues(value, other);
      })
    );
  }
  if ("M" in left && "M" in right) {
    const other = right.M;
    const names = Object.keys(left.M);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => {
        const [a, b] = [left.M[name], other[name]];
        return a !== undefined && b !== undefined && equalValues(a, b);
      })
    );
  }
  return true;
};
