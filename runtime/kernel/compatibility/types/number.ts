import type { Bound } from "../constraint.ts";
import { CLOSED, type Literal, OPEN, type Outcome, openWith } from "../goal.ts";
import { isMultiple, leastCommonMultiple } from "../numbers.ts";
import type { TypeGoal } from "../solver.ts";

/** Steps of a lattice that are looked at from each end. */
const MAX_STEPS = 1_000;
const MAX_EXACT = 2 ** 50;

interface Facts {
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
  readonly multiples: readonly number[];
  readonly others: readonly number[];
}

/** Whether there is a number. Ranges and multiples are decided exactly, up to very long runs of excluded numbers. */
export const solveNumber = ({ literals, excluded }: TypeGoal): Outcome => {
  const facts = gather(literals);
  const { lower, upper, multiples, others } = facts;
  if (lower !== undefined && upper !== undefined && isEmpty(lower, upper)) return CLOSED;
  const fits = (value: number): boolean =>
    above(value, lower) &&
    below(value, upper) &&
    multiples.every((of) => isMultiple(value, of)) &&
    !others.some((of) => isMultiple(value, of)) &&
    !excluded.includes(value);
  if (multiples.length === 0) return solveDense(facts, fits);
  const step = multiples.reduce(leastCommonMultiple);
  // Beyond these sizes a number is not told from its neighbours.
  if (step > MAX_EXACT || !multiples.every((of) => isMultiple(step, of))) return OPEN;
  if (others.some((of) => isMultiple(step, of))) return CLOSED;
  return solveLattice(facts, step, fits);
};

const gather = (literals: readonly Literal[]): Facts => {
  let lower: Bound | undefined;
  let upper: Bound | undefined;
  for (const literal of literals) {
    if (literal.kind !== "range") continue;
    if (literal.lower !== undefined && (lower === undefined || isTighter(literal.lower, lower, 1)))
      lower = literal.lower;
    if (literal.upper !== undefined && (upper === undefined || isTighter(literal.upper, upper, -1)))
      upper = literal.upper;
  }
  const multiples = literals.filter((literal) => literal.kind === "multiple");
  return {
    lower,
    upper,
    multiples: multiples.filter(({ holds }) => holds).map(({ of }) => of),
    others: multiples.filter(({ holds }) => !holds).map(({ of }) => of),
  };
};

const isTighter = (bound: Bound, than: Bound, direction: 1 | -1): boolean =>
  bound.value === than.value ? bound.exclusive : (bound.value - than.value) * direction > 0;

const isEmpty = (lower: Bound, upper: Bound): boolean =>
  lower.value === upper.value ? lower.exclusive || upper.exclusive : lower.value > upper.value;

const above = (value: number, bound: Bound | undefined): boolean =>
  bound === undefined || (bound.exclusive ? value > bound.value : value >= bound.value);

const below = (value: number, bound: Bound | undefined): boolean =>
  bound === undefined || (bound.exclusive ? value < bound.value : value <= bound.value);

/** No multiple is asked for: unless one point is left, there is always another number in between. */
const solveDense = ({ lower, upper }: Facts, fits: (value: number) => boolean): Outcome => {
  if (lower !== undefined && lower.value === upper?.value) return fits(lower.value) ? openWith(lower.value) : CLOSED;
  const from = lower?.value ?? (upper === undefined ? 0 : upper.value - 1_000);
  const to = upper?.value ?? from + 1_000;
  const offsets = [0, 1, 2, 3, 5, 7, 0.5, 1.5, 0.25, 0.3, 0.01];
  const near = [lower, upper].flatMap((bound) =>
    bound === undefined ? [] : offsets.flatMap((offset) => [bound.value + offset, bound.value - offset]),
  );
  const between = [0.5, 0.25, 0.75, 0.1, 0.3, 0.7, 0.123, 0.917].map((part) => from + (to - from) * part);
  const found = [0, 1, ...near, -1, 0.5, ...between, 1.5, 100.25].find(fits);
  return found === undefined ? OPEN : openWith(found);
};

const solveLattice = ({ lower, upper }: Facts, step: number, fits: (value: number) => boolean): Outcome => {
  const first = lower === undefined ? undefined : Math.floor(lower.value / step) - 1;
  const last = upper === undefined ? undefined : Math.ceil(upper.value / step) + 1;
  const at = (index: number) => Number((index * step).toPrecision(15));
  const start = first ?? (last === undefined ? 0 : last - MAX_STEPS);
  const end = Math.min(last ?? start + MAX_STEPS, start + MAX_STEPS);
  for (let index = start; index <= end; index += 1) if (fits(at(index))) return openWith(at(index));
  if (last === undefined) return OPEN;
  for (let index = last; index > Math.max(end, last - MAX_STEPS); index -= 1)
    if (fits(at(index))) return openWith(at(index));
  const whole = first !== undefined && last - first <= MAX_STEPS;
  return whole && isExact(first, last, step) ? CLOSED : OPEN;
};

const isExact = (first: number, last: number, step: number): boolean =>
  Math.max(Math.abs(first), Math.abs(last)) * Math.max(1, step) < MAX_EXACT;
