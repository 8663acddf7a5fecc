import { canonicalJson } from "../canonical-json.ts";
import { CLOSED, type Goal, type Literal, OPEN, type Outcome, openWith, type Step } from "./branch.ts";
import {
  ANY_TYPE,
  ARRAY,
  BOOLEAN,
  type Constraint,
  EACH_TYPE,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  typeOf,
} from "./constraint.ts";
import { meets } from "./evaluate.ts";
import { whenFails, whenHolds } from "./expand.ts";
import type { Fingerprints } from "./fingerprints.ts";
import { Expressions } from "./regex/expression.ts";
import { every, negate } from "./truth.ts";
import { solveList } from "./types/list.ts";
import { solveNumber } from "./types/number.ts";
import { solveObject } from "./types/object.ts";
import { solveText } from "./types/text.ts";

/** What is known of one value in one branch of a proof. */
interface Branch {
  types: number;
  /** The only values left, when a list of values holds. */
  values: readonly unknown[] | undefined;
  readonly excluded: unknown[];
  /** By fingerprint: what holds, and what fails. */
  readonly held: Set<string>;
  readonly refused: Set<string>;
  /** What was taken apart. */
  readonly taken: Set<Constraint>;
  readonly literals: Literal[];
  forks: (readonly Step[])[];
}

/** What the parts of a value are proven with. */
export interface Context {
  readonly expressions: Expressions;
  /** Of a part of the value at hand, which is smaller than it. */
  solve(goal: Goal): Outcome;
}

/** What a type of value is solved for: its facts, and values it must not have. */
export interface TypeGoal {
  readonly literals: readonly Literal[];
  readonly excluded: readonly unknown[];
}

/** Branches of one proof; some 50 to 100 microseconds each. Schemas as people write them take a few dozen. */
const MAX_BRANCHES = 5_000;
/** Branches of all proofs that one comparison takes. */
const MAX_BRANCHES_IN_ALL = 40_000;

/**
 * Tells whether any value meets a goal, as a tableau: takes the constraints apart, branch by branch, until each branch
 * contradicts itself or describes a value. A goal that comes up again within itself, further down in the value, is taken
 * for closed: were there a value for it, there would be a smaller one within, and so on without end.
 */
export class Solver implements Context {
  readonly expressions = new Expressions();
  readonly #fingerprints: Fingerprints;
  readonly #known = new Map<string, Outcome>();
  /** Goals being solved, with how deep each is. */
  readonly #open = new Map<string, number>();
  /** The outermost open goal that the result at hand rests on. */
  #restsOn = Number.POSITIVE_INFINITY;
  #branches = 0;
  #branchesInAll = 0;

  constructor(fingerprints: Fingerprints) {
    this.#fingerprints = fingerprints;
  }

  /** Whether the last goals were given up for their size. */
  get exhausted(): boolean {
    return this.#branches > MAX_BRANCHES || this.#branchesInAll > MAX_BRANCHES_IN_ALL;
  }

  /** Allows for another proof. */
  refresh(): void {
    this.#branches = 0;
  }

  solve(goal: Goal): Outcome {
    const key = `${this.#fingerprints.ofAll(goal.holds)}!${this.#fingerprints.ofAll(goal.fails)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const within = this.#open.get(key);
    if (within !== undefined) {
      this.#restsOn = Math.min(this.#restsOn, within);
      return CLOSED;
    }
    const depth = this.#open.size;
    const outer = this.#restsOn;
    this.#restsOn = Number.POSITIVE_INFINITY;
    this.#open.set(key, depth);
    const outcome = this.#solve(goal);
    this.#open.delete(key);
    const settled = this.#restsOn >= depth;
    if (settled && !this.exhausted) this.#known.set(key, outcome);
    this.#restsOn = Math.min(outer, settled ? Number.POSITIVE_INFINITY : this.#restsOn);
    return outcome;
  }

  /**
   * What is known of the values of a type that meet a goal, in each branch that does not contradict itself at once.
   * Undefined when there are more branches than asked for, or some of them list their values.
   */
  leaves(goal: Goal, type: number, limit: number): (readonly Literal[])[] | undefined {
    const leaves: (readonly Literal[])[] = [];
    const visit = (branch: Branch): boolean => {
      if ((branch.types & type) === 0) return true;
      if (branch.values !== undefined) return false;
      const fork = this.#nextFork(branch);
      if (fork === "contradiction") return true;
      if (fork === undefined) return leaves.push(branch.literals) <= limit;
      return fork.every((step) => {
        const inner = copy(branch);
        return !this.#take(inner, step) || visit(inner);
      });
    };
    const branch = emptyBranch();
    return !this.#take(branch, goal) || visit(branch) ? leaves : undefined;
  }

  #solve(goal: Goal): Outcome {
    const branch = emptyBranch();
    return this.#take(branch, goal) ? this.#explore(branch, goal) : CLOSED;
  }

  /** Adds a step to a branch, and all that surely follows. False: the branch contradicts itself. */
  #take(branch: Branch, step: Step): boolean {
    const pending: { constraint: Constraint; holds: boolean }[] = [];
    const add = ({ holds = [], fails = [], literals = [], types = ANY_TYPE }: Step): boolean => {
      branch.types &= types;
      branch.literals.push(...literals);
      for (const constraint of holds) pending.push({ constraint, holds: true });
      for (const constraint of fails) pending.push({ constraint, holds: false });
      return branch.types !== 0;
    };
    if (!add(step)) return false;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { constraint, holds } = next;
      const name = this.#fingerprints.of(constraint);
      const [same, opposite] = holds ? [branch.held, branch.refused] : [branch.refused, branch.held];
      if (opposite.has(name)) return false;
      // A schema that only refers to another one has its name, and still has to be followed.
      if (same.has(name) && (constraint.kind !== "all" || branch.taken.has(constraint))) continue;
      same.add(name);
      branch.taken.add(constraint);
      if (constraint.kind === "values" && !keepValues(branch, constraint.values, holds)) return false;
      const steps = holds ? whenHolds(constraint) : whenFails(constraint);
      const [only, another] = steps;
      if (only === undefined) return false;
      if (another !== undefined) branch.forks.push(steps);
      else if (!add(only)) return false;
    }
    return true;
  }

  #explore(branch: Branch, goal: Goal): Outcome {
    this.#branches += 1;
    this.#branchesInAll += 1;
    if (this.exhausted) return OPEN;
    if (branch.values !== undefined) return tryValues(branch.values, goal);
    const fork = this.#nextFork(branch);
    if (fork === "contradiction") return CLOSED;
    if (fork === undefined) return this.#conclude(branch);
    let outcome: Outcome = CLOSED;
    for (const step of fork) {
      const inner = copy(branch);
      const found = this.#take(inner, step) ? this.#explore(inner, goal) : CLOSED;
      if (!found.closed && found.example !== undefined) return found;
      if (!found.closed) outcome = OPEN;
    }
    return outcome;
  }

  /** Takes the fork with the fewest ways left out of the branch; what has only one way left is taken at once. */
  #nextFork(branch: Branch): readonly Step[] | "contradiction" | undefined {
    for (let changed = true; changed; ) {
      changed = false;
      const forks = branch.forks;
      branch.forks = [];
      for (const fork of forks) {
        const left = fork.filter((step) => this.#isPossible(branch, step));
        const [only, another] = left;
        if (only === undefined) return "contradiction";
        if (left.some((step) => this.#isCertain(branch, step))) continue;
        if (another !== undefined) branch.forks.push(left);
        else {
          changed = true;
          if (!this.#take(branch, only)) return "contradiction";
        }
      }
    }
    const [first] = branch.forks.toSorted((a, b) => a.length - b.length);
    branch.forks = branch.forks.filter((fork) => fork !== first);
    return first;
  }

  #isPossible({ types, held, refused }: Branch, step: Step): boolean {
    if ((types & (step.types ?? ANY_TYPE)) === 0) return false;
    if (step.holds?.some((constraint) => refused.has(this.#fingerprints.of(constraint)))) return false;
    return !step.fails?.some((constraint) => held.has(this.#fingerprints.of(constraint)));
  }

  #isCertain({ types, held, refused }: Branch, step: Step): boolean {
    const { holds = [], fails = [], literals = [] } = step;
    if ((types & ~(step.types ?? ANY_TYPE)) !== 0 || literals.length > 0) return false;
    return (
      holds.every((constraint) => held.has(this.#fingerprints.of(constraint))) &&
      fails.every((constraint) => refused.has(this.#fingerprints.of(constraint)))
    );
  }

  /** Nothing is left to take apart: looks for a value of each type that is possible. */
  #conclude({ types, literals, excluded }: Branch): Outcome {
    let outcome: Outcome = CLOSED;
    for (const type of EACH_TYPE) {
      if ((types & type) === 0) continue;
      const ofType = excluded.filter((value) => typeOf(value) === type);
      const found = this.#ofType(type, { literals, excluded: ofType });
      if (!found.closed && found.example !== undefined) return found;
      if (!found.closed) outcome = OPEN;
    }
    return outcome;
  }

  #ofType(type: number, goal: TypeGoal): Outcome {
    switch (type) {
      case NULL:
        return oneOf([null], goal.excluded);
      case BOOLEAN:
        return oneOf([true, false], goal.excluded);
      case NUMBER:
        return solveNumber(goal);
      case STRING:
        return solveText(goal, this);
      case ARRAY:
        return solveList(goal, this);
      case OBJECT:
        return solveObject(goal, this);
      default:
        return OPEN;
    }
  }
}

const emptyBranch = (): Branch => ({
  types: ANY_TYPE,
  values: undefined,
  excluded: [],
  held: new Set(),
  refused: new Set(),
  taken: new Set(),
  literals: [],
  forks: [],
});

const oneOf = (values: readonly unknown[], excluded: readonly unknown[]): Outcome => {
  const left = values.filter((value) => !excluded.includes(value));
  return left.length === 0 ? CLOSED : openWith(left[0]);
};

const copy = (branch: Branch): Branch => ({
  types: branch.types,
  values: branch.values,
  excluded: [...branch.excluded],
  held: new Set(branch.held),
  refused: new Set(branch.refused),
  taken: new Set(branch.taken),
  literals: [...branch.literals],
  forks: [...branch.forks],
});

const keepValues = (branch: Branch, values: readonly unknown[], holds: boolean): boolean => {
  if (!holds) {
    branch.excluded.push(...values);
    return true;
  }
  const allowed = new Set(values.map(canonicalJson));
  branch.values = (branch.values ?? values).filter((value) => allowed.has(canonicalJson(value)));
  branch.types &= branch.values.reduce((types: number, value) => types | typeOf(value), 0);
  return branch.types !== 0;
};

/** Only these values are left: each is asked of the goal as a whole. */
const tryValues = (values: readonly unknown[], goal: Goal): Outcome => {
  let outcome: Outcome = CLOSED;
  for (const value of values) {
    const holds = every(goal.holds, (constraint) => meets(constraint, value));
    const met = holds === false ? false : every(goal.fails, (constraint) => negate(meets(constraint, value)));
    if (holds === true && met === true) return openWith(value);
    if (met !== false) outcome = OPEN;
  }
  return outcome;
};
