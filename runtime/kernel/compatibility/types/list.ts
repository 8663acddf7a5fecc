import { canonicalJson } from "../../canonical-json.ts";
import { made } from "../constraint.ts";
import {
  ANYTHING,
  both,
  CLOSED,
  type Example,
  type Goal,
  type Literal,
  OPEN,
  type Outcome,
  openWith,
} from "../goal.ts";
import type { Context, TypeGoal } from "../solver.ts";
import { type Assignment, assign, type Claim } from "./assign.ts";

type Of<Kind extends Literal["kind"]> = Extract<Literal, { kind: Kind }>;

/** A place among those with a goal of their own, or any one beyond them, from an index on. */
interface Place {
  readonly index: number;
  readonly beyond: boolean;
}

/** Items up to here have goals of their own; all after them share one. */
interface Facts {
  readonly min: number;
  readonly max: number;
  readonly prefixLength: number;
  readonly goalAt: (index: number) => Goal;
  readonly items: readonly Of<"item">[];
  readonly matching: readonly Of<"matching">[];
  readonly unique: boolean;
  readonly repeated: boolean;
}

/** Longer examples help nobody. */
const MAX_EXAMPLE_ITEMS = 1_100;
const MAX_PREFIX = 200;

/** Whether there is a list: by how long it may be, what its places may hold, and where what must exist may stand. */
export const solveList = ({ literals, excluded }: TypeGoal, context: Context): Outcome => {
  const facts = shorten(gather(literals), context);
  if (facts.min > facts.max || (facts.unique && facts.repeated)) return CLOSED;
  if (facts.max === 0 && excluded.some((value) => canonicalJson(value) === "[]")) return CLOSED;
  if (facts.prefixLength > MAX_PREFIX) return OPEN;
  if (contradictsCounts(facts, context)) return CLOSED;
  const places = Array.from({ length: facts.prefixLength }, (_, index): Place => ({ index, beyond: false }));
  const claims = [...facts.items, ...facts.matching.filter(({ min }) => min > 0).map(somewhere)].map((item) =>
    claim(item, facts, places, context),
  );
  const isPossible = ({ index }: Place, goal: Goal) => !context.solve(both(facts.goalAt(index), goal)).closed;
  const found = assign(claims, isPossible, () => true);
  if (found === "none") return CLOSED;
  if (found === "unknown") return OPEN;
  for (const longer of [0, 1, 2]) {
    const example = build(facts, settle(found), longer, context);
    if (example === undefined) continue;
    const text = canonicalJson(example);
    if (!excluded.some((value) => canonicalJson(value) === text)) return openWith(example);
  }
  return OPEN;
};

const gather = (literals: readonly Literal[]): Facts => {
  const counts = literals.filter((literal) => literal.kind === "itemCount");
  const groups = literals.filter((literal) => literal.kind === "items");
  const items = literals.filter((literal) => literal.kind === "item");
  const matching = literals.filter((literal) => literal.kind === "matching");
  const repeated = literals.some((literal) => literal.kind === "unique" && !literal.holds);
  const ends = items.map(({ from, to }) => (to === Number.POSITIVE_INFINITY ? from : to + 1));
  const none = matching.filter(({ max }) => max === 0).map(({ goal }) => opposite(goal));
  return {
    min: Math.max(repeated ? 2 : 0, ...counts.map(({ min }) => min), ...matching.map(({ min }) => min)),
    max: Math.min(Number.POSITIVE_INFINITY, ...counts.map(({ max }) => max)),
    prefixLength: Math.max(0, ...groups.map(({ prefix }) => prefix.length), ...ends),
    goalAt: (index) => [...groups.map(({ prefix, rest }) => prefix[index] ?? rest), ...none].reduce(both, ANYTHING),
    items,
    matching,
    unique: literals.some((literal) => literal.kind === "unique" && literal.holds),
    repeated,
  };
};

/** What the item at an index has to meet; all from `length` on have the same goal. */
export const itemGoals = (literals: readonly Literal[]): { length: number; goalAt: (index: number) => Goal } => {
  const { prefixLength, goalAt } = gather(literals);
  return { length: prefixLength, goalAt };
};

/** What `contains` counts is one schema, so its opposite is one too. */
const opposite = ({ holds, fails }: Goal): Goal => ({ holds: fails, fails: holds });

const somewhere = ({ goal }: Of<"matching">): Of<"item"> => ({
  kind: "item",
  from: 0,
  to: Number.POSITIVE_INFINITY,
  goal,
});

/** A list ends before the first place that nothing fits, or at which too many items would match. */
const shorten = (facts: Facts, context: Context): Facts => {
  let { max } = facts;
  const { prefixLength, goalAt } = facts;
  for (let index = 0; index <= prefixLength && index < max; index += 1)
    if (context.solve(goalAt(index)).closed) max = index;
  for (const { goal, max: most } of facts.matching) {
    let count = 0;
    const matches = (index: number) => context.solve(both(goalAt(index), opposite(goal))).closed;
    for (let index = 0; index < prefixLength && index < max; index += 1) {
      if (matches(index)) count += 1;
      if (count > most) max = index;
    }
    if (max > prefixLength && most < Number.POSITIVE_INFINITY && matches(prefixLength))
      max = Math.min(max, prefixLength + most - count);
  }
  return { ...facts, max };
};

/** More must match than can, or than may because everything that matches also counts elsewhere. */
const contradictsCounts = ({ matching, max, prefixLength, goalAt }: Facts, context: Context): boolean =>
  matching.some(({ goal, min }) => {
    const fits = (index: number) => index < max && !context.solve(both(goalAt(index), goal)).closed;
    const places = Array.from({ length: prefixLength }, (_, index) => index).filter(fits).length;
    const beyond = max > prefixLength && fits(prefixLength) ? max - prefixLength : 0;
    if (places + beyond < min) return true;
    return matching.some((other) => min > other.max && context.solve(both(goal, opposite(other.goal))).closed);
  });

/** A place beyond the prefix belongs to its claim alone: two of them need not be about the same item. */
const claim = (
  { from, to, goal }: Of<"item">,
  { prefixLength, max, goalAt }: Facts,
  prefix: readonly Place[],
  context: Context,
): Claim<Place> => {
  const places = prefix.filter(({ index }) => index >= from && index <= to && index < max);
  const beyond = Math.max(prefixLength, from);
  if (to >= prefixLength && max > beyond) places.push({ index: beyond, beyond: true });
  return { goal, places: places.filter(({ index }) => !context.solve(both(goalAt(index), goal)).closed) };
};

/** Gives the places beyond the prefix an index each. */
const settle = (assignment: Assignment<Place>): Map<number, Goal> => {
  const settled = new Map<number, Goal>();
  for (const [{ index, beyond }, goal] of assignment) {
    let at = index;
    while (beyond && settled.has(at)) at += 1;
    settled.set(at, goal);
  }
  return settled;
};

const build = (
  facts: Facts,
  assignment: ReadonlyMap<number, Goal>,
  longer: number,
  context: Context,
): unknown[] | undefined => {
  const needed = Math.max(facts.min, ...[...assignment.keys()].map((index) => index + 1));
  const length = Math.min(facts.max, needed + longer);
  if (length > MAX_EXAMPLE_ITEMS) return undefined;
  const items: unknown[] = [];
  for (let index = 0; index < length; index += 1) {
    const fixed = both(facts.goalAt(index), assignment.get(index) ?? ANYTHING);
    const distinct = facts.unique && items.length > 0 ? both(fixed, refuse(items)) : fixed;
    // Items that have to match come first; after that as few as possible do.
    const wishes = facts.matching.map(({ goal, min }) => (min > index ? goal : opposite(goal)));
    const musts = facts.matching.filter(({ min }) => min > index).map(({ goal }) => goal);
    const tries = [wishes, musts, ...wishes.map((wish) => [wish]), []].map((goals) => goals.reduce(both, distinct));
    const item = firstExample(tries, context);
    if (item === undefined) return undefined;
    items.push(item.value);
  }
  if (facts.repeated && new Set(items.map(canonicalJson)).size === items.length) return repeat(items, facts, context);
  return items;
};

const refuse = (values: readonly unknown[]): Goal => ({ holds: [], fails: [made({ kind: "values", values })] });

const firstExample = (goals: readonly Goal[], context: Context): Example | undefined => {
  for (const goal of goals) {
    const outcome = context.solve(goal);
    if (!outcome.closed && outcome.example !== undefined) return outcome.example;
  }
  return undefined;
};

/** Puts one item in the place of another that it fits. */
const repeat = (items: readonly unknown[], facts: Facts, context: Context): unknown[] | undefined => {
  for (let target = items.length - 1; target > 0; target -= 1)
    for (let source = 0; source < target; source += 1) {
      const same: Goal = { holds: [made({ kind: "values", values: [items[source]] })], fails: [] };
      if (!context.solve(both(facts.goalAt(target), same)).closed) return items.with(target, items[source]);
    }
  return undefined;
};
