import type { Bound, Constraint } from "./constraint.ts";

/** What is asked of one value: constraints that must hold and constraints that must fail. */
export interface Goal {
  readonly holds: readonly Constraint[];
  readonly fails: readonly Constraint[];
}

/** `closed`: no value meets the goal. Otherwise one may; `example` is one, if it was found, and was not checked yet. */
export type Outcome = { readonly closed: true } | { readonly closed: false; readonly example?: Example };

export interface Example {
  readonly value: unknown;
}

export const CLOSED: Outcome = { closed: true };
export const OPEN: Outcome = { closed: false };
export const openWith = (value: unknown): Outcome => ({ closed: false, example: { value } });

/** Some of the properties of an object: one by name, those that match a pattern, or those that nothing else covers. */
export type Region =
  | { readonly at: "key"; readonly key: string }
  | { readonly at: "pattern"; readonly source: string }
  | { readonly at: "rest"; readonly keys: ReadonlySet<string>; readonly patterns: readonly string[] };

/** A fact about a value of one type, which nothing is left to be taken apart of. */
export type Literal =
  | { readonly kind: "range"; readonly lower?: Bound | undefined; readonly upper?: Bound | undefined }
  | { readonly kind: "multiple"; readonly of: number; readonly holds: boolean }
  | { readonly kind: "length"; readonly min: number; readonly max: number }
  | { readonly kind: "itemCount"; readonly min: number; readonly max: number }
  | { readonly kind: "propertyCount"; readonly min: number; readonly max: number }
  | { readonly kind: "pattern"; readonly source: string; readonly holds: boolean }
  | { readonly kind: "format"; readonly name: string; readonly holds: boolean }
  | { readonly kind: "unique"; readonly holds: boolean }
  /** What each item, or each property, meets. */
  | { readonly kind: "items"; readonly prefix: readonly Goal[]; readonly rest: Goal }
  | { readonly kind: "properties"; readonly rules: PropertyGoals }
  /** There is an item from one index to another, both included, that meets the goal. */
  | { readonly kind: "item"; readonly from: number; readonly to: number; readonly goal: Goal }
  /** From min to max items meet the goal. */
  | { readonly kind: "matching"; readonly goal: Goal; readonly min: number; readonly max: number }
  /** There is a property in the region that meets the goal, and whose name meets another. */
  | { readonly kind: "property"; readonly region: Region; readonly goal: Goal; readonly name: Goal }
  | { readonly kind: "present"; readonly key: string; readonly holds: boolean }
  /** What every name of a property meets. */
  | { readonly kind: "names"; readonly goal: Goal };

export interface PropertyGoals {
  readonly named: ReadonlyMap<string, Goal>;
  readonly patterns: readonly { readonly source: string; readonly goal: Goal }[];
  readonly rest: Goal;
}

/** One step of a proof: constraints to take apart, facts to keep, types to leave out. */
export interface Step {
  readonly holds?: readonly Constraint[];
  readonly fails?: readonly Constraint[];
  readonly literals?: readonly Literal[];
  /** The types that remain possible. */
  readonly types?: number;
}

/** The one alternative that says nothing. */
export const CERTAIN: readonly Step[] = [{}];

export const ANYTHING: Goal = { holds: [], fails: [] };

export const both = (first: Goal, second: Goal): Goal => {
  if (first === ANYTHING) return second;
  if (second === ANYTHING) return first;
  return { holds: [...first.holds, ...second.holds], fails: [...first.fails, ...second.fails] };
};
