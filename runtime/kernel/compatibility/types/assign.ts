import { ANYTHING, both, type Goal } from "../goal.ts";

/** Something that must exist, and the places where it may be. */
export interface Claim<Place> {
  readonly goal: Goal;
  readonly places: readonly Place[];
}

/** Which goals each place has to meet beyond its own. */
export type Assignment<Place> = ReadonlyMap<Place, Goal>;

const MAX_ASSIGNMENTS = 400;

/**
 * The first way to give each claim a place so that what each place then has to meet is possible.
 * @returns "none" when there is no way, "unknown" when there are too many to try
 */
export const assign = <Place>(
  claims: readonly Claim<Place>[],
  isPossible: (place: Place, goal: Goal) => boolean,
  accept: (assignment: Assignment<Place>) => boolean,
): Assignment<Place> | "none" | "unknown" => {
  let tried = 0;
  const ordered = claims.toSorted((a, b) => a.places.length - b.places.length);
  const from = (index: number, given: Assignment<Place>): Assignment<Place> | "none" | "unknown" => {
    const claim = ordered[index];
    if (claim === undefined) return accept(given) ? given : "none";
    for (const place of claim.places) {
      tried += 1;
      if (tried > MAX_ASSIGNMENTS) return "unknown";
      const goal = both(given.get(place) ?? ANYTHING, claim.goal);
      if (!isPossible(place, goal)) continue;
      const found = from(index + 1, new Map([...given, [place, goal]]));
      if (found !== "none") return found;
    }
    return "none";
  };
  return from(0, new Map());
};
