import { made } from "../constraint.ts";
import { ANYTHING, both, type Goal } from "../goal.ts";
import type { Context } from "../solver.ts";
import type { Assignment } from "./assign.ts";
import type { ObjectFacts, Place } from "./object.ts";

/** Longer examples help nobody. */
const MAX_EXAMPLE_PROPERTIES = 300;

/** An object with what must be there and what was assigned; with more, as far as there is anything to add. */
export const buildObject = (
  { min, max, required, named, cells, goalAt }: ObjectFacts,
  assignment: Assignment<Place>,
  more: number,
  context: Context,
): Record<string, unknown> | undefined => {
  if (min > MAX_EXAMPLE_PROPERTIES) return undefined;
  const values = new Map<string, unknown>();
  const put = (key: string | undefined, place: Place): boolean => {
    const outcome = context.solve(both(goalAt(place), assignment.get(place) ?? ANYTHING));
    if (key === undefined || outcome.closed || outcome.example === undefined) return false;
    values.set(key, outcome.example.value);
    return true;
  };
  const given = [...assignment.keys()];
  for (const place of given) if (!put("key" in place ? place.key : nameIn(place.name, values, context), place)) return;
  for (const key of required) {
    const place = named.get(key);
    if (!values.has(key) && (place === undefined || !put(key, place))) return;
  }
  const length = Math.min(max, Math.max(min, values.size + more));
  for (const [key, place] of named) if (values.size < length && !values.has(key)) put(key, place);
  for (const cell of cells) while (values.size < length) if (!put(nameIn(cell.name, values, context), cell)) break;
  return values.size < min ? undefined : Object.fromEntries(values);
};

/** A name that is not in use yet. */
const nameIn = (name: Goal, used: ReadonlyMap<string, unknown>, context: Context): string | undefined => {
  const taken: Goal = { holds: [], fails: used.size === 0 ? [] : [made({ kind: "values", values: [...used.keys()] })] };
  const outcome = context.solve(both(name, taken));
  return outcome.closed || typeof outcome.example?.value !== "string" ? undefined : outcome.example.value;
};
