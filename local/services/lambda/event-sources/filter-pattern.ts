import { compileMatcher, type Predicate } from "./filter-matcher.ts";

/** A filter pattern that Lambda would refuse; the message says where and why. */
export class FilterPatternError extends Error {
  constructor(path: readonly string[], problem: string) {
    super(`Invalid filter pattern definition at ${["$", ...path].join(".")}: ${problem}`);
    this.name = "FilterPatternError";
  }
}

/**
 * Compiles an event pattern as event source mappings use it (EventBridge's language without `cidr` and `wildcard`).
 * Every field of the pattern must match; an event's array matches when one of its elements does.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * Throws {@link FilterPatternError}.
 */
export const compilePattern = (json: string): Predicate => {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch {
    throw new FilterPatternError([], "not JSON");
  }
  return compileObject(pattern, []);
};

/** Whether one of the patterns matches; without any, everything does. */
export const anyPattern = (patterns: readonly string[]): Predicate => {
  const predicates = patterns.map(compilePattern);
  return predicates.length === 0 ? () => true : (value) => predicates.some((matches) => matches(value));
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const compileObject = (pattern: unknown, path: readonly string[]): Predicate => {
  if (!isObject(pattern)) throw new FilterPatternError(path, "expected an object of fields");
  const fields = Object.entries(pattern).map(([key, value]) =>
    key === "$or" ? compileAlternatives(value, [...path, key]) : compileField(key, value, [...path, key]),
  );
  if (fields.length === 0 && path.length > 0) throw new FilterPatternError(path, "an empty object matches nothing");
  return (value) => fields.every((matches) => matches(value));
};

const compileAlternatives = (alternatives: unknown, path: readonly string[]): Predicate => {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw new FilterPatternError(path, "expected a list of at least two patterns");
  }
  const predicates = alternatives.map((pattern, index) => compileObject(pattern, [...path, String(index)]));
  return (value) => predicates.some((matches) => matches(value));
};

const compileField = (key: string, pattern: unknown, path: readonly string[]): Predicate => {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) throw new FilterPatternError(path, "an empty list matches nothing");
    const matchers = pattern.map((matcher, index) => {
      const compiled = compileMatcher(matcher);
      if (typeof compiled === "string") throw new FilterPatternError([...path, String(index)], compiled);
      return compiled;
    });
    return (parent) => parents(parent).some((one) => matchers.some((matches) => matches(fieldOf(one, key))));
  }
  if (!isObject(pattern)) throw new FilterPatternError(path, "a value must stand in a list");
  const nested = compileObject(pattern, path);
  return (parent) =>
    parents(parent).some((one) => {
      const value = fieldOf(one, key);
      return Array.isArray(value) ? value.some(nested) : nested(value);
    });
};

/** An absent parent is asked as well: `exists: false` holds below it. */
const parents = (parent: unknown): readonly unknown[] => (Array.isArray(parent) ? parent : [parent]);

const fieldOf = (parent: unknown, key: string): unknown =>
  isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
