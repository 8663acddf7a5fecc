import { canonicalJson } from "../canonical-json.ts";
import { clashes } from "./clashes.ts";
import { ANY_TYPE, type Constraint, typeOf } from "./constraint.ts";
import { isApproximate } from "./coverage.ts";
import type { Fingerprints } from "./fingerprints.ts";
import type { Literal, Step } from "./goal.ts";
import { whenFails } from "./when-fails.ts";
import { whenHolds } from "./when-holds.ts";

/** The same constraints are taken apart again and again. */
const once = (follow: (constraint: Constraint) => readonly Step[]) => {
  const known = new WeakMap<Constraint, readonly Step[]>();
  return (constraint: Constraint): readonly Step[] => {
    let steps = known.get(constraint);
    if (steps === undefined) {
      steps = follow(constraint);
      known.set(constraint, steps);
    }
    return steps;
  };
};

const holding = once(whenHolds);
const failing = once(whenFails);

/** What is known of one value in one branch of a proof. */
export class Branch {
  readonly #fingerprints: Fingerprints;
  /** The types that are possible. */
  types = ANY_TYPE;
  /** The only values left, when a list of values holds. */
  values: readonly unknown[] | undefined;
  excluded: unknown[] = [];
  literals: Literal[] = [];
  /** Whether the literals say all that is known. */
  isExact = true;
  /** By fingerprint: what holds, and what fails. */
  #held = new Set<string>();
  #refused = new Set<string>();
  #taken = new Set<Constraint>();
  #forks: (readonly Step[])[] = [];

  constructor(fingerprints: Fingerprints) {
    this.#fingerprints = fingerprints;
  }

  /** A branch with a step more; undefined when it contradicts itself. */
  with(step: Step): Branch | undefined {
    const branch = new Branch(this.#fingerprints);
    branch.types = this.types;
    branch.values = this.values;
    branch.excluded = [...this.excluded];
    branch.literals = [...this.literals];
    branch.isExact = this.isExact;
    branch.#held = new Set(this.#held);
    branch.#refused = new Set(this.#refused);
    branch.#taken = new Set(this.#taken);
    branch.#forks = [...this.#forks];
    return branch.#take(step) ? branch : undefined;
  }

  /**
   * The fork with the fewest ways that are left, which is thereby gone from the branch. What has only one way left is
   * taken first. Undefined when nothing is left to decide.
   */
  nextFork(): readonly Step[] | "contradiction" | undefined {
    for (let changed = true; changed; ) {
      changed = false;
      const forks = this.#forks;
      this.#forks = [];
      for (const fork of forks) {
        const left = fork.filter((step) => this.#isPossible(step));
        const [only, another] = left;
        if (only === undefined) return "contradiction";
        if (left.some((step) => this.#isCertain(step))) continue;
        if (another !== undefined) this.#forks.push(left);
        else {
          changed = true;
          if (!this.#take(only)) return "contradiction";
        }
      }
    }
    const [first] = this.#forks.toSorted((a, b) => a.length - b.length);
    this.#forks = this.#forks.filter((fork) => fork !== first);
    return first;
  }

  /** Adds a step and all that surely follows. False: the branch contradicts itself. */
  #take(step: Step): boolean {
    const pending: { constraint: Constraint; holds: boolean }[] = [];
    const add = ({ holds = [], fails = [], literals = [], types = ANY_TYPE }: Step): boolean => {
      this.types &= types;
      this.literals.push(...literals);
      for (const constraint of holds) pending.push({ constraint, holds: true });
      for (const constraint of fails) pending.push({ constraint, holds: false });
      return this.types !== 0;
    };
    if (!add(step)) return false;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { constraint, holds } = next;
      const name = this.#fingerprints.of(constraint);
      const [same, opposite] = holds ? [this.#held, this.#refused] : [this.#refused, this.#held];
      if (opposite.has(name)) return false;
      // A schema that only refers to another one has its name, and still has to be followed.
      if (same.has(name) && (constraint.kind !== "all" || this.#taken.has(constraint))) continue;
      same.add(name);
      this.#taken.add(constraint);
      if (holds && isApproximate(constraint)) this.isExact = false;
      if (constraint.kind === "values" && !this.#takeValues(constraint.values, holds)) return false;
      const steps = holds ? holding(constraint) : failing(constraint);
      const [only, another] = steps;
      if (only === undefined) return false;
      if (another !== undefined) this.#forks.push(steps);
      else if (!add(only)) return false;
    }
    return true;
  }

  #takeValues(values: readonly unknown[], holds: boolean): boolean {
    if (!holds) {
      this.excluded.push(...values);
      return true;
    }
    const allowed = new Set(values.map(canonicalJson));
    this.values = (this.values ?? values).filter((value) => allowed.has(canonicalJson(value)));
    this.types &= this.values.reduce((types: number, value) => types | typeOf(value), 0);
    return this.types !== 0;
  }

  #isPossible({ holds = [], fails = [], literals = [], types = ANY_TYPE }: Step): boolean {
    if ((this.types & types) === 0) return false;
    if (literals.some((literal) => clashes(literal, this.literals, this.#fingerprints))) return false;
    if (holds.some((constraint) => this.#refused.has(this.#fingerprints.of(constraint)))) return false;
    return !fails.some((constraint) => this.#held.has(this.#fingerprints.of(constraint)));
  }

  #isCertain({ holds = [], fails = [], literals = [], types = ANY_TYPE }: Step): boolean {
    if ((this.types & ~types) !== 0 || literals.length > 0) return false;
    return (
      holds.every((constraint) => this.#held.has(this.#fingerprints.of(constraint))) &&
      fails.every((constraint) => this.#refused.has(this.#fingerprints.of(constraint)))
    );
  }
}
