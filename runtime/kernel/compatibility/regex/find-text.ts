import { boundaries, type Expression, type Expressions, LAST_CODE_POINT } from "./expression.ts";

export type Search =
  | { readonly found: "text"; readonly text: string }
  | { readonly found: "none" }
  /** The search was given up. */
  | { readonly found: "unknown" };

interface State {
  readonly within: readonly Expression[];
  readonly outside: readonly Expression[];
  readonly before: State | undefined;
  readonly code: number;
}

/** States are small; this many take some 20 ms. */
const MAX_STATES = 4_000;

/** A shortest text that is in each language of the first list and in none of the second, or that there is none. */
export const findText = (
  within: readonly Expression[],
  outside: readonly Expression[],
  make: Expressions,
  maxStates: number = MAX_STATES,
): Search => {
  const seen = new Set<string>();
  const first = tidy({ within, outside, before: undefined, code: 0 }, make);
  const queue = first === undefined ? [] : [first];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head];
    if (state === undefined) break;
    if (state.within.every(({ nullable }) => nullable) && !state.outside.some(({ nullable }) => nullable))
      return { found: "text", text: textOf(state) };
    if (queue.length > maxStates) return { found: "unknown" };
    for (const code of representatives(state)) {
      const next = tidy(
        {
          within: state.within.map((expression) => make.derive(expression, code)),
          outside: state.outside.map((expression) => make.derive(expression, code)),
          before: state,
          code,
        },
        make,
      );
      if (next === undefined) continue;
      const key = `${next.within.map(({ id }) => id).join()};${next.outside.map(({ id }) => id).join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return { found: "none" };
};

/** Leaves out what does not matter any more; undefined when no text can follow. */
const tidy = (state: State, make: Expressions): State | undefined => {
  if (state.within.includes(make.none) || state.outside.includes(make.all)) return undefined;
  if (state.within.some((expression) => state.outside.includes(expression))) return undefined;
  const order = (a: Expression, b: Expression) => a.id - b.id;
  const within = [...new Set(state.within)].filter((expression) => expression !== make.all).sort(order);
  const outside = [...new Set(state.outside)].filter((expression) => expression !== make.none).sort(order);
  return { ...state, within, outside };
};

/** One code point for each run that no expression divides; readable ones where there is a choice. */
const representatives = ({ within, outside }: State): number[] => {
  const starts = new Set([0]);
  for (const expression of [...within, ...outside]) boundaries(expression, starts);
  const sorted = [...starts].filter((start) => start <= LAST_CODE_POINT).sort((a, b) => a - b);
  return sorted
    .map((start, index) => readable(start, (sorted[index + 1] ?? LAST_CODE_POINT + 1) - 1))
    .sort((a, b) => rank(a) - rank(b));
};

const PREFERRED = [97, 65, 48, 45, 33, 0xe4, 0x4e00];

const readable = (first: number, last: number): number => {
  const preferred = PREFERRED.find((code) => first <= code && code <= last);
  if (preferred !== undefined) return preferred;
  // Half a surrogate pair is no character of its own.
  return first >= 0xd800 && first <= 0xdfff && last > 0xdfff ? 0xe000 : first;
};

const rank = (code: number): number => {
  const at = PREFERRED.indexOf(code);
  if (at >= 0) return at;
  return code > 32 && code < 127 ? 10 : 20;
};

const textOf = (state: State): string => {
  const codes: number[] = [];
  for (let at = state; at.before !== undefined; at = at.before) codes.push(at.code);
  return String.fromCodePoint(...codes.reverse());
};
