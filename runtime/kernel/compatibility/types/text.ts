import { formatExample, hasFormat, NO_FORMAT } from "../formats.ts";
import { CLOSED, type Literal, OPEN, type Outcome, openWith } from "../goal.ts";
import { isUnicode, matches } from "../matches.ts";
import type { Expression, Expressions } from "../regex/expression.ts";
import { findText } from "../regex/find-text.ts";
import { readPattern } from "../regex/pattern.ts";
import type { Context, TypeGoal } from "../solver.ts";

/** Longer examples help nobody. */
const MAX_EXAMPLE_LENGTH = 100_000;

/** Whether there is a text. Lengths, patterns and excluded texts are decided together; a format is only equal to itself. */
export const solveText = ({ literals, excluded }: TypeGoal, { expressions }: Context): Outcome => {
  const patterns = literals.filter((literal) => literal.kind === "pattern");
  const formats = literals.filter((literal) => literal.kind === "format");
  if (contradict(patterns, ({ source }) => source) || contradict(formats, ({ name }) => name)) return CLOSED;
  const lengths = literals.filter((literal) => literal.kind === "length");
  const min = Math.max(0, ...lengths.map((length) => length.min));
  const max = Math.min(Number.POSITIVE_INFINITY, ...lengths.map((length) => length.max));
  if (min > max) return CLOSED;

  // What is left out here, formats and patterns that cannot be read, could only close the goal further.
  const within: Expression[] = [];
  const outside = excluded.map((value) => expressions.literal(String(value)));
  for (const { source, holds } of patterns) {
    const expression = isUnicode(source) ? readPattern(source, expressions) : undefined;
    if (expression !== undefined) (holds ? within : outside).push(expression);
  }
  const length = expressions.repeat(expressions.any, min, max);
  const search = findWithLength(within, outside.length === 0 ? [] : [expressions.choice(outside)], length, expressions);
  if (search === "none") return CLOSED;

  const fits = (text: string): boolean =>
    patterns.every(({ source, holds }) => matches(source, text) === holds) &&
    formats.every(({ name, holds }) => hasFormat(text, name) === holds) &&
    !excluded.includes(text) &&
    Array.from(text).length >= min &&
    Array.from(text).length <= max;
  const example = candidates(search, formats, min).find(fits);
  return example === undefined ? OPEN : openWith(example);
};

const contradict = <L extends { holds: boolean }>(literals: readonly L[], key: (literal: L) => string): boolean => {
  const refused = new Set(literals.filter(({ holds }) => !holds).map(key));
  return literals.some((literal) => literal.holds && refused.has(key(literal)));
};

/** The lengths make the search long; often the patterns alone say that there is nothing. */
const findWithLength = (
  within: readonly Expression[],
  outside: readonly Expression[],
  length: Expression,
  expressions: Expressions,
): { readonly text: string | undefined } | "none" => {
  if (within.length === 0 && outside.length === 0) return { text: undefined };
  const free = findText(within, outside, expressions);
  if (free.found === "none") return "none";
  if (length === expressions.all) return { text: free.found === "text" ? free.text : undefined };
  const bounded = findText([...within, length], outside, expressions);
  if (bounded.found === "none") return "none";
  return { text: bounded.found === "text" ? bounded.text : undefined };
};

const candidates = (
  search: { readonly text: string | undefined },
  formats: readonly Extract<Literal, { kind: "format" }>[],
  min: number,
): string[] => {
  const found = [search.text, ...formats.map(({ name, holds }) => (holds ? formatExample(name) : undefined))];
  const plain = min > MAX_EXAMPLE_LENGTH ? [] : ["a".repeat(min), "a".repeat(Math.max(min, 1))];
  return [...found.filter((text) => text !== undefined), ...plain, NO_FORMAT, NO_FORMAT.padEnd(min, "(")];
};
