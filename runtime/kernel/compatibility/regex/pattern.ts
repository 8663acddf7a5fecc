// Reads the patterns of schemas, ECMAScript's with the `u` flag, as far as they are regular in the strict sense.
import type { Expression, Expressions } from "./expression.ts";
import { type Cursor, classRanges, escapeRanges, UnsupportedPattern } from "./pattern-classes.ts";

/** A part of a pattern, cut where `^` and `$` stand, which bind what is before and after the match. */
interface Option {
  readonly fromStart: boolean;
  readonly body: Expression;
  readonly toEnd: boolean;
}

/**
 * The texts in which a pattern matches somewhere, as `pattern` in a schema means it.
 * Undefined for what is beyond regular languages, or rare: look-around, back references, \b, \p{...}, anchors within.
 */
export const readPattern = (source: string, make: Expressions): Expression | undefined => {
  try {
    const cursor: Cursor = { codes: Array.from(source, (character) => character.codePointAt(0) ?? 0), at: 0 };
    const options = readChoice(cursor, make);
    if (cursor.at < cursor.codes.length) return undefined;
    return make.choice(
      options.map(({ fromStart, body, toEnd }) =>
        make.sequence([fromStart ? make.empty : make.all, body, toEnd ? make.empty : make.all]),
      ),
    );
  } catch (error) {
    if (error instanceof UnsupportedPattern) return undefined;
    throw error;
  }
};

const peek = ({ codes, at }: Cursor): string => {
  const code = codes[at];
  return code === undefined ? "" : String.fromCodePoint(code);
};

const take = (cursor: Cursor, text: string): boolean => {
  const found = text === String.fromCodePoint(...cursor.codes.slice(cursor.at, cursor.at + text.length));
  if (found) cursor.at += text.length;
  return found;
};

const readChoice = (cursor: Cursor, make: Expressions): Option[] => {
  const options = readSequence(cursor, make);
  while (take(cursor, "|")) options.push(...readSequence(cursor, make));
  return options;
};

/** Parts with anchors multiply: each way through them is an option of its own. */
const readSequence = (cursor: Cursor, make: Expressions): Option[] => {
  let options: Option[] = [{ fromStart: false, body: make.empty, toEnd: false }];
  while (!["", "|", ")"].includes(peek(cursor))) {
    const parts = readQuantified(cursor, make);
    options = options.flatMap((before) => parts.map((part) => join(before, part, make)));
    if (options.length > 64) throw new UnsupportedPattern();
  }
  return options;
};

/** An anchor with something on its wrong side never matches, or only the empty text: too rare to get right. */
const join = (before: Option, part: Option, make: Expressions): Option => {
  const isEmpty = before.body === make.empty && !before.fromStart;
  if ((part.fromStart && !isEmpty) || (before.toEnd && !(part.body === make.empty && part.toEnd)))
    throw new UnsupportedPattern();
  return {
    fromStart: before.fromStart || part.fromStart,
    body: make.sequence([before.body, part.body]),
    toEnd: part.toEnd,
  };
};

const readQuantified = (cursor: Cursor, make: Expressions): Option[] => {
  const options = readAtom(cursor, make);
  const quantifier = readQuantifier(cursor);
  if (quantifier === undefined) return options;
  if (options.some(({ fromStart, toEnd }) => fromStart || toEnd)) throw new UnsupportedPattern();
  const body = make.repeat(make.choice(options.map((option) => option.body)), quantifier.min, quantifier.max);
  return [{ fromStart: false, body, toEnd: false }];
};

const readQuantifier = (cursor: Cursor): { min: number; max: number } | undefined => {
  const found = quantifier(cursor);
  // Lazy or not, what matches is the same.
  if (found !== undefined) take(cursor, "?");
  return found;
};

const quantifier = (cursor: Cursor): { min: number; max: number } | undefined => {
  if (take(cursor, "*")) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (take(cursor, "+")) return { min: 1, max: Number.POSITIVE_INFINITY };
  if (take(cursor, "?")) return { min: 0, max: 1 };
  if (!take(cursor, "{")) return undefined;
  const min = readNumber(cursor);
  let max = min;
  if (take(cursor, ",")) max = peek(cursor) === "}" ? Number.POSITIVE_INFINITY : readNumber(cursor);
  if (!take(cursor, "}")) throw new UnsupportedPattern();
  return { min, max };
};

const readNumber = (cursor: Cursor): number => {
  let digits = "";
  for (; /[0-9]/.test(peek(cursor)); cursor.at += 1) digits += peek(cursor);
  if (digits === "" || digits.length > 6) throw new UnsupportedPattern();
  return Number(digits);
};

const readAtom = (cursor: Cursor, make: Expressions): Option[] => {
  const plain = (body: Expression): Option[] => [{ fromStart: false, body, toEnd: false }];
  if (take(cursor, "^")) return [{ fromStart: true, body: make.empty, toEnd: false }];
  if (take(cursor, "$")) return [{ fromStart: false, body: make.empty, toEnd: true }];
  if (take(cursor, "(")) return readGroup(cursor, make);
  if (take(cursor, "[")) return plain(make.class(classRanges(cursor)));
  if (take(cursor, ".")) return plain(make.class(escapeRanges(".")));
  if (take(cursor, "\\")) {
    cursor.at -= 1;
    return plain(make.class(classRanges(cursor, "one")));
  }
  const code = cursor.codes[cursor.at];
  if (code === undefined || "*+?{}]".includes(String.fromCodePoint(code))) throw new UnsupportedPattern();
  cursor.at += 1;
  return plain(make.class([[code, code]]));
};

const readGroup = (cursor: Cursor, make: Expressions): Option[] => {
  if (take(cursor, "?") && !take(cursor, ":")) {
    // A named group; look-around has =, ! or another < there.
    if (!take(cursor, "<") || !/[\p{ID_Start}$_]/u.test(peek(cursor))) throw new UnsupportedPattern();
    while (!take(cursor, ">")) cursor.at += 1;
  }
  const options = readChoice(cursor, make);
  if (!take(cursor, ")")) throw new UnsupportedPattern();
  return options;
};
