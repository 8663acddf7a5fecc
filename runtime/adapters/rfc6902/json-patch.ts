import { createPatch, type Operation, type Pointer } from "rfc6902";
import type { CreatePatch, PatchOperation } from "../../ports/json-patch.ts";

/**
 * The shortest patch between two lists compares each item of one with each of the other, and so on in the lists within
 * them: in the end the values in one with those in the other, at a microsecond or several a pair. Beyond this many pairs
 * lists are compared place by place, so that a state of any shape takes time in proportion to its size.
 */
const MOST_PAIRS = 2_500;

/** A JSON Patch, short where that is cheap, and right in any case. */
export const jsonPatch: CreatePatch = (from, to) => createPatch(from, to, longLists) as PatchOperation[];

/** Leaves everything but long lists to the library. */
const longLists = (from: unknown, to: unknown, place: Pointer): Operation[] | undefined => {
  if (!Array.isArray(from) || !Array.isArray(to) || valuesIn(from) * valuesIn(to) <= MOST_PAIRS) return undefined;
  const shorter = Math.min(from.length, to.length);
  let before = 0;
  while (before < shorter && same(from[before], to[before])) before += 1;
  let behind = 0;
  while (behind < shorter - before && same(from.at(-1 - behind), to.at(-1 - behind))) behind += 1;
  return [...betweenPlaces(from, to, place, before, behind)];
};

/** What lies between the equal beginnings and ends: as many as both have one by one, then what one has more. */
function* betweenPlaces(
  from: readonly unknown[],
  to: readonly unknown[],
  place: Pointer,
  before: number,
  behind: number,
): Generator<Operation> {
  const ends = [from.length - behind, to.length - behind] as const;
  const both = Math.min(...ends);
  for (let index = before; index < both; index++) {
    const path = place.add(String(index)).toString();
    for (const operation of jsonPatch(from[index], to[index]))
      yield { ...operation, path: path + operation.path } as Operation;
  }
  for (let index = ends[0] - 1; index >= both; index--)
    yield { op: "remove", path: place.add(String(index)).toString() };
  for (let index = both; index < ends[1]; index++)
    yield { op: "add", path: place.add(String(index)).toString(), value: to[index] };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const valuesIn = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + valuesIn(one), 1)
    : 1;
