import { Branch } from "./branch.ts";
import { ARRAY, BOOLEAN, EACH_TYPE, NULL, NUMBER, OBJECT, STRING, typeOf } from "./constraint.ts";
import { meets } from "./evaluate.ts";
import type { Fingerprints } from "./fingerprints.ts";
import { CLOSED, type Goal, type Literal, OPEN, type Outcome, openWith } from "./goal.ts";
import { every, negate, type Truth } from "./truth.ts";
import { solveList } from "./types/list.ts";
import { solveNumber } from "./types/number.ts";
import { solveObject } from "./types/object.ts";
import { solveText } from "./types/text.ts";

/** What the parts of a value are proven with. */
export interface Context {
  /** Of a part of the value at hand, which is smaller than it. */
  solve(goal: Goal): Outcome;
}

/** What is known of a value in one branch. */
export interface Leaf {
  readonly literals: readonly Literal[];
  /** Whether that is all that is known. */
  readonly isExact: boolean;
}

/** What a type of value is solved for: its facts, and values it must not have. */
export interface TypeGoal {
  readonly literals: readonly Literal[];
  readonly excluded: readonly unknown[];
}

/** Branches of one proof; some 0.1 ms each. Schemas as people write them take a few dozen. */
const MAX_BRANCHES = 3_000;
/** Branches of all proofs that one comparison takes. */
const MAX_BRANCHES_IN_ALL = 20_000;
/** How far down in a value a proof goes. */
const MAX_DEPTH = 100;

/**
 * Tells whether any value meets a goal, as a tableau: takes the constraints apart, branch by branch, until each branch
 * contradicts itself or describes a value. A goal that comes up again within itself, further down in the value, is taken
 * for closed: were there a value for it, there would be a smaller one within, and so on without end.
 */
export class Solver implements Context {
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
    if (depth > MAX_DEPTH) return OPEN;
    const outer = this.#restsOn;
    this.#restsOn = Number.POSITIVE_INFINITY;
    this.#open.set(key, depth);
    const outcome = this.#explore(this.#start(goal), goal);
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
  leaves(goal: Goal, type: number, limit: number): Leaf[] | undefined {
    const leaves: Leaf[] = [];
    const visit = (branch: Branch | undefined): boolean => {
      if (branch === undefined || (branch.types & type) === 0) return true;
      const fork = branch.nextFork();
      if (fork === "contradiction") return true;
      if (branch.values !== undefined) return false;
      if (fork === undefined) return leaves.push(branch) <= limit;
      return fork.every((step) => visit(branch.with(step)));
    };
    return visit(this.#start(goal)) ? leaves : undefined;
  }

  #start(goal: Goal): Branch | undefined {
    return new Branch(this.#fingerprints).with(goal);
  }

  #explore(branch: Branch | undefined, goal: Goal): Outcome {
    if (branch === undefined) return CLOSED;
    this.#branches += 1;
    this.#branchesInAll += 1;
    if (this.exhausted) return OPEN;
    const fork = branch.nextFork();
    if (fork === "contradiction") return CLOSED;
    if (branch.values !== undefined) return tryValues(branch.values, goal);
    if (fork === undefined) return this.#conclude(branch);
    return firstOpen(fork, (step) => this.#explore(branch.with(step), goal));
  }

  /** Nothing is left to take apart: looks for a value of each type that is possible. */
  #conclude({ types, literals, excluded }: Branch): Outcome {
    const possible = EACH_TYPE.filter((type) => (types & type) !== 0);
    return firstOpen(possible, (type) => {
      const ofType = excluded.filter((value) => typeOf(value) === type);
      return this.#ofType(type, { literals, excluded: ofType });
    });
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
        return solveText(goal);
      case ARRAY:
        return solveList(goal, this);
      case OBJECT:
        return solveObject(goal, this);
      default:
        return OPEN;
    }
  }
}

/** Closed when all are, else open; with an example as soon as there is one. */
const firstOpen = <T>(ways: readonly T[], outcomeOf: (way: T) => Outcome): Outcome => {
  let outcome: Outcome = CLOSED;
  for (const way of ways) {
    const found = outcomeOf(way);
    if (!found.closed && found.example !== undefined) return found;
    if (!found.closed) outcome = OPEN;
  }
  return outcome;
};

const oneOf = (values: readonly unknown[], excluded: readonly unknown[]): Outcome => {
  const left = values.filter((value) => !excluded.includes(value));
  return left.length === 0 ? CLOSED : openWith(left[0]);
};

/** Only these values are left: each is asked of the goal as a whole. */
const tryValues = (values: readonly unknown[], goal: Goal): Outcome =>
  firstOpen(values, (value) => {
    const met = every<() => Truth>(
      [
        () => every(goal.holds, (constraint) => meets(constraint, value)),
        () => every(goal.fails, (constraint) => negate(meets(constraint, value))),
      ],
      (ask) => ask(),
    );
    if (met === undefined) return OPEN;
    return met ? openWith(value) : CLOSED;
  });
