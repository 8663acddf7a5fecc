import { type AttributeMap, type AttributeValue, emptyMap } from "../attribute-value.ts";
import { type ExpressionKind, formatPath, type Path } from "./syntax.ts";
import { invalidExpression } from "./token-stream.ts";

const child = (value: AttributeValue, step: string | number): AttributeValue | undefined => {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined;
  return "M" in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
};

/** The value at a path of an item, or undefined. */
export const valueAt = (item: AttributeMap, path: Path): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    value = child(value, step);
  }
  return value;
};

/** Throws when one of the paths leads into another, or when two of them take the same parent as map and as list. */
export const assertNoOverlap = (kind: ExpressionKind, paths: readonly Path[]): void => {
  paths.forEach((one, index) => {
    for (const two of paths.slice(index + 1)) {
      const differing = one.findIndex((step, position) => step !== two[position]);
      const [a, b] = [one[differing], two[differing]];
      const named = `path one: ${formatPath(one)}, path two: ${formatPath(two)}`;
      if (differing === -1 || b === undefined)
        throw invalidExpression(
          kind,
          `Two document paths overlap with each other; must remove or rewrite one of these paths; ${named}`,
        );
      if (typeof a !== typeof b)
        throw invalidExpression(
          kind,
          `Two document paths conflict with each other; must remove or rewrite one of these paths; ${named}`,
        );
    }
  });
};

/** A tree of the steps that several paths share. `whole` marks the end of a path. */
interface Selection {
  whole: boolean;
  readonly steps: Map<string | number, Selection>;
}

const selectionOf = (paths: readonly Path[]): Selection => {
  const root: Selection = { whole: false, steps: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next = node.steps.get(step) ?? { whole: false, steps: new Map() };
      node.steps.set(step, next);
      node = next;
    }
    node.whole = true;
  }
  return root;
};

const pick = (value: AttributeValue, selection: Selection): AttributeValue | undefined => {
  if (selection.whole) return value;
  if ("M" in value) {
    const map = pickFrom(value.M, selection);
    return Object.keys(map).length === 0 ? undefined : { M: map };
  }
  if (!("L" in value)) return undefined;
  const indexes = [...selection.steps.keys()].filter((step) => typeof step === "number").sort((a, b) => a - b);
  const elements: AttributeValue[] = [];
  for (const index of indexes) {
    const [element, next] = [value.L[index], selection.steps.get(index)];
    const picked = element && next ? pick(element, next) : undefined;
    if (picked !== undefined) elements.push(picked);
  }
  return elements.length === 0 ? undefined : { L: elements };
};

const pickFrom = (map: AttributeMap, selection: Selection): AttributeMap => {
  const result = emptyMap();
  for (const [step, next] of selection.steps) {
    const value = typeof step === "string" && Object.hasOwn(map, step) ? map[step] : undefined;
    const picked = value === undefined ? undefined : pick(value, next);
    if (picked !== undefined) result[String(step)] = picked;
  }
  return result;
};

/** The parts of an item that paths lead to, each in its place; list elements move together. */
export const project = (item: AttributeMap, paths: readonly Path[]): AttributeMap => pickFrom(item, selectionOf(paths));
