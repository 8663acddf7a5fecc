import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  sortableNumber,
  subtractNumbers,
} from "../../../../local/services/dynamodb/number.ts";

const scale = 20;
/** Decimals of up to 30 digits, and the same as whole multiples of 1E-20. */
const decimal = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((units) => ({
  units,
  text: canonicalNumber(`${units}E-${scale}`),
}));

describe("numbers", () => {
  it("sort as texts in the order of their values", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const order = Math.sign(Number(a.units > b.units) - Number(a.units < b.units));
        const [left, right] = [Buffer.from(sortableNumber(a.text)), Buffer.from(sortableNumber(b.text))];
        expect(Buffer.compare(left, right)).toBe(order);
        expect(Math.sign(compareNumbers(a.text, b.text))).toBe(order);
      }),
    );
  });

  it("add and subtract without loss", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(addNumbers(a.text, b.text)).toBe(canonicalNumber(`${a.units + b.units}E-${scale}`));
        expect(subtractNumbers(a.text, b.text)).toBe(canonicalNumber(`${a.units - b.units}E-${scale}`));
      }),
    );
  });

  it("stay as they are once canonical", () => {
    fc.assert(
      fc.property(decimal, ({ text }) => {
        expect(canonicalNumber(text)).toBe(text);
      }),
    );
  });

  it.each(["", "abc", "1.2.3", "--1", ".", "1E", "0x10", "NaN", " 1"])("%j is refused", (text) => {
    expect(() => canonicalNumber(text)).toThrow(`cannot be converted to a numeric value: ${text}`);
  });

  it.each([
    ["1E126", "overflow"],
    ["-1E126", "overflow"],
    ["9.9E-131", "underflow"],
    [`1${"2".repeat(38)}`, "38 significant digits"],
  ])("%s is refused: %s", (text, reason) => {
    expect(() => canonicalNumber(text)).toThrow(reason);
  });
});
