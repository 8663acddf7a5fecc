export type Predicate = (value: unknown) => boolean;

type Operator = (operand: unknown) => Predicate | string;

const onStrings =
  (test: (value: string, operand: string) => boolean): Operator =>
  (operand) =>
    typeof operand === "string"
      ? (value) => typeof value === "string" && test(value, operand)
      : "the operand must be a string";

const prefix = onStrings((value, start) => value.startsWith(start));
const suffix = onStrings((value, end) => value.endsWith(end));
const equalsIgnoreCase = onStrings((value, other) => value.toLowerCase() === other.toLowerCase());

const comparisons = new Map<unknown, (value: number, bound: number) => boolean>([
  ["=", (value, bound) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

const numeric: Operator = (operand) => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    return 'numeric takes one or two comparisons, such as [">", 0, "<=", 5]';
  }
  const tests: Predicate[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = comparisons.get(operand[index]);
    const bound: unknown = operand[index + 1];
    if (compare === undefined) return `numeric knows ${[...comparisons.keys()].join(" ")}, not ${operand[index]}`;
    if (typeof bound !== "number") return "numeric compares with numbers";
    tests.push((value) => typeof value === "number" && compare(value, bound));
  }
  return (value) => tests.every((test) => test(value));
};

const exists: Operator = (operand) => {
  if (typeof operand !== "boolean") return "exists takes true or false";
  // Only leaves exist in this language: an object in the event is not matched by it.
  const present: Predicate = (value) =>
    value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value));
  return operand ? present : (value) => value === undefined;
};

const anythingBut: Operator = (operand) => {
  const negated = anythingButOperand(operand);
  return typeof negated === "string" ? negated : (value) => value !== undefined && !negated(value);
};

const negatable: ReadonlyMap<string, Operator> = new Map([
  ["prefix", prefix],
  ["suffix", suffix],
  ["equals-ignore-case", equalsIgnoreCase],
]);

const anythingButOperand = (operand: unknown): Predicate | string => {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const [[name, argument] = [], ...others] = Object.entries(operand);
    const operator = negatable.get(String(name));
    if (operator === undefined || others.length > 0) return "anything-but takes prefix, suffix or equals-ignore-case";
    return operator(argument);
  }
  const excluded = new Set<unknown>(Array.isArray(operand) ? operand : [operand]);
  const plain = [...excluded].every((one) => typeof one === "string" || typeof one === "number");
  return plain && excluded.size > 0 ? (value) => excluded.has(value) : "anything-but takes strings or numbers";
};

const operators: ReadonlyMap<string, Operator> = new Map([
  ...negatable,
  ["numeric", numeric],
  ["exists", exists],
  ["anything-but", anythingBut],
]);

/** One element of a field's list: a value to equal, or an operator. A string says what is wrong with it. */
export const compileMatcher = (matcher: unknown): Predicate | string => {
  const onElement = compileScalar(matcher);
  if (typeof onElement === "string") return onElement;
  // An empty array has no element to match; a field that is absent is asked itself.
  return (value) => (Array.isArray(value) && !isExists(matcher) ? value.some(onElement) : onElement(value));
};

const isExists = (matcher: unknown): boolean =>
  typeof matcher === "object" && matcher !== null && Object.hasOwn(matcher, "exists");

const compileScalar = (matcher: unknown): Predicate | string => {
  if (matcher === null || ["string", "number", "boolean"].includes(typeof matcher)) return (value) => value === matcher;
  if (typeof matcher !== "object" || Array.isArray(matcher)) return "a list within a list matches nothing";
  const [[name, operand] = [], ...others] = Object.entries(matcher);
  const operator = name === undefined || others.length > 0 ? undefined : operators.get(name);
  if (operator === undefined) {
    return `expected one of ${[...operators.keys()].join(", ")}, got ${Object.keys(matcher).join(", ") || "nothing"}`;
  }
  return operator(operand);
};
