import { complement, type Range } from "./expression.ts";

export class UnsupportedPattern extends Error {}

/** A place in a pattern. */
export interface Cursor {
  readonly codes: readonly number[];
  at: number;
}

const DIGIT: readonly Range[] = [[48, 57]];
const WORD: readonly Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
/** WhiteSpace and LineTerminator of ECMA-262. */
const SPACE: readonly Range[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_END: readonly Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

const SETS: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  D: complement(DIGIT),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
  ".": complement(LINE_END),
};

/** The set that `.` or the letter of an escape stands for. */
export const escapeRanges = (letter: string): readonly Range[] => SETS[letter] ?? [];

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** The inside of `[...]`, the bracket before it taken, or one escape. */
export const classRanges = (cursor: Cursor, extent: "class" | "one" = "class"): readonly Range[] => {
  if (extent === "one") return readMember(cursor);
  const negated = take(cursor, "^");
  const ranges: Range[] = [];
  while (!take(cursor, "]")) {
    const members = readMember(cursor);
    const [only] = members;
    if (peek(cursor) === "-" && peek(cursor, 1) !== "]" && only !== undefined) {
      cursor.at += 1;
      const [last] = readMember(cursor);
      if (last === undefined || !isSingle(members) || last[0] !== last[1]) throw new UnsupportedPattern();
      ranges.push([only[0], last[0]]);
    } else ranges.push(...members);
  }
  return negated ? complement(ranges) : ranges;
};

const isSingle = (ranges: readonly Range[]): boolean => ranges.length === 1 && ranges[0]?.[0] === ranges[0]?.[1];

const peek = ({ codes, at }: Cursor, ahead = 0): string => {
  const code = codes[at + ahead];
  return code === undefined ? "" : String.fromCodePoint(code);
};

const take = (cursor: Cursor, character: string): boolean => {
  const found = peek(cursor) === character;
  if (found) cursor.at += 1;
  return found;
};

const next = (cursor: Cursor): string => {
  const character = peek(cursor);
  if (character === "") throw new UnsupportedPattern();
  cursor.at += 1;
  return character;
};

const single = (code: number): Range[] => [[code, code]];

/** One character, or one escape. */
const readMember = (cursor: Cursor): readonly Range[] => {
  const character = next(cursor);
  if (character !== "\\") return single(character.codePointAt(0) ?? 0);
  const letter = next(cursor);
  const set = letter === "." ? undefined : SETS[letter];
  if (set !== undefined) return set;
  const control = CONTROLS[letter];
  if (control !== undefined) return single(control);
  if (letter === "x") return single(hexadecimal(cursor, 2));
  if (letter === "u") return single(unicode(cursor));
  if (letter === "0" && !/[0-9]/.test(peek(cursor))) return single(0);
  // The rest of the letters and digits are assertions, properties, references and control letters.
  if (/[A-Za-z0-9]/.test(letter)) throw new UnsupportedPattern();
  return single(letter.codePointAt(0) ?? 0);
};

const hexadecimal = (cursor: Cursor, length: number): number => {
  let digits = "";
  for (let index = 0; index < length; index += 1) digits += next(cursor);
  if (!/^[0-9A-Fa-f]+$/.test(digits)) throw new UnsupportedPattern();
  return Number.parseInt(digits, 16);
};

const unicode = (cursor: Cursor): number => {
  if (!take(cursor, "{")) {
    const code = hexadecimal(cursor, 4);
    // Half of a pair: two escapes may make one code point.
    if (code >= 0xd800 && code <= 0xdfff) throw new UnsupportedPattern();
    return code;
  }
  let digits = "";
  while (!take(cursor, "}")) digits += next(cursor);
  if (!/^[0-9A-Fa-f]{1,6}$/.test(digits)) throw new UnsupportedPattern();
  return Number.parseInt(digits, 16);
};
