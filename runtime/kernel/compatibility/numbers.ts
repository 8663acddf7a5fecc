// JSON's numbers are decimal: 0.3 is a multiple of 0.1, whatever binary fractions make of it.

interface Decimal {
  readonly digits: bigint;
  /** The value is digits times 10 to the power of -scale. */
  readonly scale: number;
}

const decimal = (value: number): Decimal => {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
};

const alike = (a: number, b: number): { a: bigint; b: bigint; scale: number } => {
  const [left, right] = [decimal(a), decimal(b)];
  const scale = Math.max(left.scale, right.scale);
  return {
    a: left.digits * 10n ** BigInt(scale - left.scale),
    b: right.digits * 10n ** BigInt(scale - right.scale),
    scale,
  };
};

export const isMultiple = (value: number, of: number): boolean => {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(of)) return value % of === 0;
  const { a, b } = alike(value, of);
  return a % b === 0n;
};

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b));

/** The smallest number that is a multiple of both; both are greater than 0. */
export const leastCommonMultiple = (first: number, second: number): number => {
  const { a, b, scale } = alike(first, second);
  const multiple = (a / greatestCommonDivisor(a, b)) * b;
  return Number(`${multiple}e-${scale}`);
};
