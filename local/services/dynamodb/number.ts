import { validationError } from "./errors.ts";

// DynamoDB numbers: up to 38 significant digits, magnitude from 1E-130 to 9.9...E+125.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const maximumDigits = 38;
const maximumExponent = 126;
const minimumExponent = -129;

/** 0.DIGITS x 10^exponent, without leading or trailing zeros; digits is "" for zero. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const plainInteger = /^(?:0|-?[1-9]\d{0,36})$/;
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

const parse = (text: string): Decimal => {
  const match = decimal.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole.length + fraction.length === 0)
    throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  const all = whole + fraction;
  const start = all.search(/[1-9]/);
  if (start === -1) return { negative: false, digits: "", exponent: 0 };
  return {
    negative: match[1] === "-",
    digits: all.slice(start).replace(/0+$/, ""),
    exponent: whole.length - start + Number(match[4] ?? 0),
  };
};

const check = (number: Decimal): Decimal => {
  if (number.digits.length > maximumDigits)
    throw validationError("Attempting to store more than 38 significant digits in a Number");
  if (number.digits !== "" && number.exponent > maximumExponent)
    throw validationError("Number overflow. Attempting to store a number with magnitude larger than supported range");
  if (number.digits !== "" && number.exponent < minimumExponent)
    throw validationError("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  return number;
};

const format = ({ negative, digits, exponent }: Decimal): string => {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  if (digits.length <= exponent) return sign + digits + "0".repeat(exponent - digits.length);
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
};

/** The form in which DynamoDB gives a number back: plain notation, no needless zeros. Throws what AWS answers. */
export const canonicalNumber = (text: string): string => (plainInteger.test(text) ? text : format(check(parse(text))));

const ninesComplement = (digits: string): string => {
  let result = "";
  for (let index = 0; index < digits.length; index++) result += 9 - (digits.charCodeAt(index) - 48);
  return result;
};

/** A text that sorts, byte by byte, as the number does. Takes canonical numbers only. */
export const sortableNumber = (canonical: string): string => {
  const { negative, digits, exponent } = parse(canonical);
  if (digits === "") return "1";
  const shifted = String(exponent + 200).padStart(3, "0");
  // Among negatives the shorter of two texts with a common beginning is the larger number: "~" sorts above digits.
  return negative ? `0${ninesComplement(shifted)}${ninesComplement(digits)}~` : `2${shifted}${digits}`;
};

const isSmall = (text: string): boolean => text.length <= 15 && !text.includes(".");

/** Below, at or above zero as `left` is smaller than, equal to or larger than `right`; canonical numbers only. */
export const compareNumbers = (left: string, right: string): number => {
  if (left === right) return 0;
  if (isSmall(left) && isSmall(right)) return Number(left) - Number(right);
  return sortableNumber(left) < sortableNumber(right) ? -1 : 1;
};

const toScaled = (number: Decimal, scale: number): bigint => {
  if (number.digits === "") return 0n;
  const magnitude = BigInt(number.digits) * 10n ** BigInt(number.exponent - number.digits.length + scale);
  return number.negative ? -magnitude : magnitude;
};

/** Exact sum of two canonical numbers, canonical. Throws when it has more digits than DynamoDB stores. */
export const addNumbers = (left: string, right: string): string => {
  if (isSmall(left) && isSmall(right)) return String(Number(left) + Number(right));
  const a = parse(left);
  const b = parse(right);
  const scale = Math.max(0, a.digits.length - a.exponent, b.digits.length - b.exponent);
  return canonicalNumber(`${toScaled(a, scale) + toScaled(b, scale)}E-${scale}`);
};

/** `left - right`, as {@link addNumbers}. */
export const subtractNumbers = (left: string, right: string): string =>
  addNumbers(left, right === "0" ? right : right.startsWith("-") ? right.slice(1) : `-${right}`);
