import type { Fingerprints } from "./fingerprints.ts";
import type { Goal, Literal, Region } from "./goal.ts";

/**
 * Whether a literal says that a part fails the very schema that another one says it meets. It only spares the solver
 * the branch: of the properties of an object, most have not changed.
 */
export const clashes = (literal: Literal, others: readonly Literal[], fingerprints: Fingerprints): boolean => {
  if (literal.kind !== "property" && literal.kind !== "item") return false;
  const refused = literal.goal.fails.map((constraint) => fingerprints.of(constraint));
  const contradicts = (goal: Goal | undefined): boolean =>
    goal?.holds.some((constraint) => refused.includes(fingerprints.of(constraint))) === true;
  if (refused.length === 0) return false;
  return others.some((other) => {
    if (literal.kind === "property" && other.kind === "properties")
      return contradicts(goalFor(literal.region, other.rules));
    if (literal.kind !== "item" || other.kind !== "items") return false;
    if (literal.from === literal.to) return contradicts(other.prefix[literal.from] ?? other.rest);
    return literal.from >= other.prefix.length && contradicts(other.rest);
  });
};

type Rules = Extract<Literal, { kind: "properties" }>["rules"];

/** A goal that surely applies to every property of a region. */
const goalFor = (region: Region, { named, patterns, rest }: Rules): Goal | undefined => {
  if (region.at === "key") return named.get(region.key);
  if (region.at === "pattern") return patterns.find(({ source }) => source === region.source)?.goal;
  const leavesRest =
    [...named.keys()].every((key) => region.keys.has(key)) &&
    patterns.every(({ source }) => region.patterns.includes(source));
  return leavesRest ? rest : undefined;
};
