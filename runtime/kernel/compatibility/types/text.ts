import { formatExample, hasFormat, NO_FORMAT } from "../formats.ts";
import { CLOSED, type Literal, OPEN, type Outcome, openWith } from "../goal.ts";
import { isUnicode, matches } from "../matches.ts";
import { type Expression, Expressions } from "../regex/expression.ts";
import { findText } from "../regex/find-text.ts";
import { readPattern } from "../regex/pattern.ts";
import type { TypeGoal } from "../solver.ts";

/** Longer examples help nobody. */
const MAX_EXAMPLE_LENGTH = 100_000;

/** Whether there is a text. Lengths, patterns and excluded texts are decided together; a format is only equal to itself. */
export const solveText = ({ literals, excluded }: TypeGoal): Outcome => {
  const patterns = literals.filter((literal) => literal.kind === "pattern");
  const formats = literals.filter((literal) => literal.kind === "format");
  if (contradict(patterns, ({ source }) => source) || contradict(formats, ({ name }) => name)) return CLOSED;
  const lengths = literals.filter((literal) => literal.kind === "length");
  const min = Math.max(0, ...lengths.map((length) => length.min));
  const max = Math.min(Number.POSITIVE_INFINITY, ...lengths.map((length) => length.max));
  if (min > max) return CLOSED;
  const search = searchOnce({ patterns, excluded, min, max });
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

interface Wanted {
  readonly patterns: readonly { readonly source: string; readonly holds: boolean }[];
  readonly excluded: readonly unknown[];
  readonly min: number;
  readonly max: number;
}

type Found = { readonly text: string | undefined } | "none";

/** The same few patterns, of instants and numbers, stand in all schemas of a service. */
const searched = new Map<string, Found>();
const MAX_KEPT = 1_000;

const searchOnce = (wanted: Wanted): Found => {
  const { patterns, excluded, min, max } = wanted;
  if (patterns.length === 0 && excluded.length === 0) return { text: undefined };
  const key = JSON.stringify([patterns.map(({ source, holds }) => [source, holds]), excluded, min, String(max)]);
  let found = searched.get(key);
  if (found === undefined) {
    found = search(wanted);
    if (searched.size >= MAX_KEPT) searched.clear();
    searched.set(key, found);
  }
  return found;
};

/** What is left out here, formats and patterns that cannot be read, could only leave fewer texts. */
const search = ({ patterns, excluded, min, max }: Wanted): Found => {
  const expressions = new Expressions();
  const within: Expression[] = [];
  const outside = excluded.map((value) => expressions.literal(String(value)));
  for (const { source, holds } of patterns) {
    const expression = isUnicode(source) ? readPattern(source, expressions) : undefined;
    if (expression !== undefined) (holds ? within : outside).push(expression);
  }
  const others = outside.length === 0 ? [] : [expressions.choice(outside)];
  // The lengths make the search long; often the patterns alone say that there is nothing.
  const free = findText(within, others, expressions);
  const length = expressions.repeat(expressions.any, min, max);
  const found =
    free.found === "none" || length === expressions.all ? free : findText([...within, length], others, expressions);
  return found.found === "none" ? "none" : { text: found.found === "text" ? found.text : undefined };
};

const candidates = (
  { text }: { readonly text: string | undefined },
  formats: readonly Extract<Literal, { kind: "format" }>[],
  min: number,
): string[] => {
  const found = [text, ...formats.map(({ name, holds }) => (holds ? formatExample(name) : undefined))];
  const plain = min > MAX_EXAMPLE_LENGTH ? [] : ["a".repeat(min), "a".repeat(Math.max(min, 1))];
  return [...found.filter((text) => text !== undefined), ...plain, NO_FORMAT, NO_FORMAT.padEnd(min, "(")];
};
