import { canonicalJson } from "../../canonical-json.ts";
import { meets } from "../evaluate.ts";
import { ANYTHING, both, CLOSED, type Goal, type Literal, OPEN, type Outcome, openWith, type Region } from "../goal.ts";
import { matches } from "../matches.ts";
import type { Context, TypeGoal } from "../solver.ts";
import { every, negate } from "../truth.ts";
import { type Assignment, assign, type Claim } from "./assign.ts";
import { buildObject } from "./build-object.ts";
import { type Cell, cellsOf } from "./cells.ts";

/** One property by its name, or one of those that nothing tells apart. */
export type Place = { readonly key: string } | Cell;

export interface ObjectFacts {
  readonly min: number;
  readonly max: number;
  readonly required: ReadonlySet<string>;
  /** By name, what can be present. */
  readonly named: ReadonlyMap<string, Place & { readonly key: string }>;
  readonly cells: readonly Cell[];
  readonly goalAt: (place: Place) => Goal;
}

/** Whether there is an object: by which properties can and must be there, and what each of them may hold. */
export const solveObject = ({ literals, excluded }: TypeGoal, context: Context): Outcome => {
  const presence = literals.filter((literal) => literal.kind === "present");
  const required = new Set(presence.filter(({ holds }) => holds).map(({ key }) => key));
  const absent = new Set(presence.filter(({ holds }) => !holds).map(({ key }) => key));
  if ([...required].some((key) => absent.has(key))) return CLOSED;
  const { min, max } = counts(literals);
  if (min > max || required.size > max) return CLOSED;

  const names = literals.filter((literal) => literal.kind === "names").map(({ goal }) => goal);
  const goalAt = propertyGoals(literals);
  const keys = keysOf(literals);
  const isPossible = (place: Place, goal = ANYTHING) => !context.solve(both(goalAt(place), goal)).closed;
  const named = new Map(
    [...keys]
      .filter((key) => !absent.has(key) && names.every((goal) => fits(goal, key) !== false) && isPossible({ key }))
      .map((key) => [key, { key }]),
  );
  if (![...required].every((key) => named.has(key))) return CLOSED;

  const cells = cellsOf(literals, keys, names, context);
  if (cells === undefined) return OPEN;
  const open = cells.filter((cell) => isPossible(cell));
  const facts: ObjectFacts = { min, max, required, named, cells: open, goalAt };
  if (open.length === 0 && named.size < min) return CLOSED;
  const isBare = max === 0 || (open.length === 0 && named.size === 0);
  if (isBare && excluded.some((value) => canonicalJson(value) === "{}")) return CLOSED;

  const claims = literals
    .filter((literal) => literal.kind === "property")
    .map((property) => claim(property, facts, isPossible, context));
  const found = assign(claims, isPossible, (assignment) => count(required, assignment) <= max);
  if (found === "none") return CLOSED;
  if (found === "unknown") return OPEN;
  return example(facts, found, excluded, context);
};

const counts = (literals: readonly Literal[]): { min: number; max: number } => {
  const found = literals.filter((literal) => literal.kind === "propertyCount");
  return {
    min: Math.max(0, ...found.map(({ min }) => min)),
    max: Math.min(Number.POSITIVE_INFINITY, ...found.map(({ max }) => max)),
  };
};

/** Every name that anything is said of. */
export const keysOf = (literals: readonly Literal[]): Set<string> => {
  const keys = new Set<string>();
  for (const literal of literals) {
    if (literal.kind === "present") keys.add(literal.key);
    if (literal.kind === "properties") for (const key of literal.rules.named.keys()) keys.add(key);
    if (literal.kind !== "property") continue;
    if (literal.region.at === "key") keys.add(literal.region.key);
    if (literal.region.at === "rest") for (const key of literal.region.keys) keys.add(key);
  }
  return keys;
};

/** What the value of a property has to meet. */
export const propertyGoals = (literals: readonly Literal[]): ((place: Place) => Goal) => {
  const groups = literals.filter((literal) => literal.kind === "properties").map(({ rules }) => rules);
  return (place) => {
    const covers = (source: string) => ("key" in place ? matches(source, place.key) : place.patterns.has(source));
    return groups.reduce((goal, { named, patterns, rest }) => {
      const own = "key" in place ? named.get(place.key) : undefined;
      const covering = patterns.filter(({ source }) => covers(source)).map((pattern) => pattern.goal);
      if (own === undefined && covering.length === 0) return both(goal, rest);
      return covering.reduce(both, both(goal, own ?? ANYTHING));
    }, ANYTHING);
  };
};

const fits = (goal: Goal, key: string) =>
  every(
    [...goal.holds.map((part) => meets(part, key)), ...goal.fails.map((part) => negate(meets(part, key)))],
    (truth) => truth,
  );

const claim = (
  { region, goal, name }: Extract<Literal, { kind: "property" }>,
  { named, cells }: ObjectFacts,
  isPossible: (place: Place, goal: Goal) => boolean,
  context: Context,
): Claim<Place> => {
  const inRegion = [...named.values()].filter(({ key }) => isIn(region, key) && fits(name, key) !== false);
  const others = cells
    .filter(({ patterns }) => {
      if (region.at === "key") return false;
      return region.at === "pattern"
        ? patterns.has(region.source)
        : !region.patterns.some((source) => patterns.has(source));
    })
    // A place of its own for each claim: two of them need not be about the same property.
    .map((cell) => ({ ...cell, name: both(cell.name, name) }))
    .filter((cell) => name === ANYTHING || !context.solve(cell.name).closed);
  return { goal, places: [...inRegion, ...others].filter((place) => isPossible(place, goal)) };
};

const isIn = (region: Region, key: string): boolean => {
  switch (region.at) {
    case "key":
      return region.key === key;
    case "pattern":
      return matches(region.source, key);
    case "rest":
      return !region.keys.has(key) && !region.patterns.some((source) => matches(source, key));
  }
};

/** The least number of properties: those that no name tells apart may be one and the same. */
const count = (required: ReadonlySet<string>, assignment: Assignment<Place>): number => {
  const places = [...assignment.keys()];
  const keys = new Set([...required, ...places.flatMap((place) => ("key" in place ? [place.key] : []))]);
  return keys.size + (places.some((place) => !("key" in place)) ? 1 : 0);
};

const example = (
  facts: ObjectFacts,
  assignment: Assignment<Place>,
  excluded: readonly unknown[],
  context: Context,
): Outcome => {
  const refused = new Set(excluded.map(canonicalJson));
  for (const more of [0, 1, 2]) {
    const found = buildObject(facts, assignment, more, context);
    if (found !== undefined && !refused.has(canonicalJson(found))) return openWith(found);
  }
  return OPEN;
};
