import { arnPattern, type Pattern, pattern, resolveText, type Variables } from "./pattern.ts";

/** The values of a condition key in this request; undefined when the request does not carry the key. */
export type ContextValues = (key: string) => readonly string[] | undefined;

/** `undetermined` when the local cloud cannot tell: the statement then fails closed. */
export type Outcome = boolean | "undetermined";

export interface Condition {
  readonly operator: string;
  readonly key: string;
  test(context: ContextValues, variables: Variables): Outcome;
}

/** Whether one value of the request fits one value of the policy; undefined when a policy variable has no value. */
type Comparison = (requestValue: string, variables: Variables) => boolean | undefined;

interface OperatorKind {
  /** Prepares the comparison with one value of the policy; a string says why the value is not allowed. */
  readonly compile: (policyValue: string) => Comparison | string;
  readonly negated: boolean;
}

const text = (compare: (request: string, policy: string) => boolean, negated: boolean): OperatorKind => ({
  negated,
  compile: (policyValue) => (requestValue, variables) => {
    const resolved = resolveText(policyValue, variables);
    return resolved === undefined ? undefined : compare(requestValue, resolved);
  },
});

const wildcard = (make: (source: string) => Pattern, negated: boolean): OperatorKind => ({
  negated,
  compile: (policyValue) => {
    const compiled = make(policyValue);
    return (requestValue, variables) => compiled.matches(requestValue, variables);
  },
});

const ordered = (
  what: string,
  parse: (value: string) => number,
  compare: (request: number, policy: number) => boolean,
  negated = false,
): OperatorKind => ({
  negated,
  compile: (policyValue) => {
    const limit = parse(policyValue);
    if (Number.isNaN(limit)) return `${JSON.stringify(policyValue)} is not a ${what}`;
    return (requestValue) => {
      const value = parse(requestValue);
      return !Number.isNaN(value) && compare(value, limit);
    };
  },
});

const parseNumber = (value: string): number => (value.trim() === "" ? Number.NaN : Number(value));
/** ISO 8601, or seconds since the epoch. */
const parseDate = (value: string): number => (/^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value));

const comparisons = (prefix: string, what: string, parse: (value: string) => number): [string, OperatorKind][] => [
  [`${prefix}Equals`, ordered(what, parse, (a, b) => a === b)],
  [`${prefix}NotEquals`, ordered(what, parse, (a, b) => a === b, true)],
  [`${prefix}LessThan`, ordered(what, parse, (a, b) => a < b)],
  [`${prefix}LessThanEquals`, ordered(what, parse, (a, b) => a <= b)],
  [`${prefix}GreaterThan`, ordered(what, parse, (a, b) => a > b)],
  [`${prefix}GreaterThanEquals`, ordered(what, parse, (a, b) => a >= b)],
];

const equal = (a: string, b: string): boolean => a === b;
const equalIgnoringCase = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const OPERATORS: ReadonlyMap<string, OperatorKind> = new Map([
  ["StringEquals", text(equal, false)],
  ["StringNotEquals", text(equal, true)],
  ["StringEqualsIgnoreCase", text(equalIgnoringCase, false)],
  ["StringNotEqualsIgnoreCase", text(equalIgnoringCase, true)],
  ["StringLike", wildcard(pattern, false)],
  ["StringNotLike", wildcard(pattern, true)],
  ["ArnEquals", wildcard(arnPattern, false)],
  ["ArnLike", wildcard(arnPattern, false)],
  ["ArnNotEquals", wildcard(arnPattern, true)],
  ["ArnNotLike", wildcard(arnPattern, true)],
  ["Bool", text(equalIgnoringCase, false)],
  ...comparisons("Numeric", "number", parseNumber),
  ...comparisons("Date", "date", parseDate),
]);

/** Operators of AWS that cannot be judged here. */
const NOT_SIMULATED = new Set(["IpAddress", "NotIpAddress", "BinaryEquals"]);

type SetOperator = "ForAllValues" | "ForAnyValue";

const nullCondition = (values: readonly string[]): ((context: readonly string[] | undefined) => boolean) | string => {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  for (const value of wanted) if (value !== "true" && value !== "false") return `Null takes "true" or "false"`;
  return (present) => wanted.has(String(present === undefined || present.length === 0));
};

const judge = (
  request: readonly string[],
  fits: (value: string) => boolean | undefined,
  set: SetOperator | undefined,
  negated: boolean,
): Outcome => {
  const results = request.map(fits);
  if (results.includes(undefined)) return "undetermined";
  const holds = results.map((result) => (negated ? !result : result === true));
  if (set === "ForAllValues") return holds.every(Boolean);
  // Without a set operator a negated condition on several values holds only when none of them fits.
  return set === undefined && negated ? holds.every(Boolean) : holds.some(Boolean);
};

/** Compiles one line of a `Condition` block; a string says what is wrong with it. */
export const compileCondition = (
  operator: string,
  key: string,
  values: readonly string[],
  knows: (key: string) => boolean,
): Condition | string => {
  const parsed = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator);
  const set = parsed?.[1] as SetOperator | undefined;
  const name = parsed?.[2] ?? operator;
  const ifExists = parsed?.[3] !== undefined;
  if (NOT_SIMULATED.has(name)) return `condition operator ${name} is not simulated by the local cloud`;

  if (name === "Null") {
    const holds = nullCondition(values);
    if (typeof holds === "string") return holds;
    return { operator, key, test: (context) => (knows(key) || context(key) ? holds(context(key)) : "undetermined") };
  }
  const kind = OPERATORS.get(name);
  if (kind === undefined) return `unknown condition operator ${operator}`;
  const compiled = values.map((value) => kind.compile(value));
  const wrong = compiled.find((comparison) => typeof comparison === "string");
  if (wrong !== undefined) return `condition ${operator} on ${key}: ${String(wrong)}`;
  const comparisonsOfKey = compiled.filter((comparison) => typeof comparison !== "string");

  const fits = (value: string, variables: Variables): boolean | undefined => {
    const results = comparisonsOfKey.map((comparison) => comparison(value, variables));
    if (results.includes(true)) return true;
    return results.includes(undefined) ? undefined : false;
  };
  return {
    operator,
    key,
    test: (context, variables) => {
      const request = context(key);
      if (request === undefined) {
        if (!knows(key)) return "undetermined";
        return ifExists || set === "ForAllValues" || (kind.negated && set === undefined);
      }
      return judge(request, (value) => fits(value, variables), set, kind.negated);
    },
  };
};
