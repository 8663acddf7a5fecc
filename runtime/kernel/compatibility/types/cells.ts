import { made, STRING } from "../constraint.ts";
import { both, type Goal, type Literal } from "../goal.ts";
import type { Context } from "../solver.ts";

/** The properties without a name of their own that match exactly these of the patterns. */
export interface Cell {
  readonly patterns: ReadonlySet<string>;
  /** What the name of a property must be to belong here. */
  readonly name: Goal;
}

/** Each pattern doubles the cells. */
const MAX_PATTERNS = 6;

/** The cells that have a name at all; undefined when there are too many patterns to tell. */
export const cellsOf = (
  literals: readonly Literal[],
  keys: ReadonlySet<string>,
  names: readonly Goal[],
  context: Context,
): Cell[] | undefined => {
  const sources = patternsOf(literals);
  if (sources.length > MAX_PATTERNS) return undefined;
  const base: Goal = {
    holds: [made({ kind: "types", types: STRING, whole: false })],
    fails: keys.size === 0 ? [] : [made({ kind: "values", values: [...keys].sort() })],
  };
  const common = names.reduce(both, base);
  return subsets(sources)
    .map((patterns): Cell => {
      const pattern = (source: string) => made({ kind: "pattern", source });
      const inside = [...patterns].map(pattern);
      const outside = sources.filter((source) => !patterns.has(source)).map(pattern);
      return { patterns, name: both(common, { holds: inside, fails: outside }) };
    })
    .filter(({ name }) => !context.solve(name).closed);
};

const patternsOf = (literals: readonly Literal[]): string[] => {
  const sources = new Set<string>();
  for (const literal of literals) {
    if (literal.kind === "properties") for (const { source } of literal.rules.patterns) sources.add(source);
    if (literal.kind !== "property") continue;
    if (literal.region.at === "pattern") sources.add(literal.region.source);
    if (literal.region.at === "rest") for (const source of literal.region.patterns) sources.add(source);
  }
  return [...sources];
};

const subsets = (sources: readonly string[]): Set<string>[] =>
  sources.reduce<Set<string>[]>(
    (found, source) => found.flatMap((set) => [set, new Set([...set, source])]),
    [new Set()],
  );
