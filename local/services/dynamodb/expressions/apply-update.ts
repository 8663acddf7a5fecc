import { type AttributeMap, type AttributeValue, emptyMap, readValue } from "../attribute-value.ts";
import { validationError } from "../errors.ts";
import { addNumbers, subtractNumbers } from "../number.ts";
import { valueAt } from "./document-path.ts";
import type { BoundOperand, BoundUpdate, Path, SetSource } from "./syntax.ts";

const absentAttribute = () =>
  validationError("The provided expression refers to an attribute that does not exist in the item");
const invalidPath = () => validationError("The document path provided in the update expression is invalid for update");
const wrongType = () => validationError("An operand in the update expression has an incorrect data type");

const evaluateOperand = (operand: BoundOperand, item: AttributeMap): AttributeValue => {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") {
    const value = valueAt(item, operand.path);
    if (value === undefined) throw absentAttribute();
    return value;
  }
  const [first, second] = operand.operands;
  if (first === undefined || second === undefined) throw wrongType();
  if (operand.name === "if_not_exists")
    return (first.kind === "path" ? valueAt(item, first.path) : undefined) ?? evaluateOperand(second, item);
  const [head, tail] = [evaluateOperand(first, item), evaluateOperand(second, item)];
  if (!("L" in head && "L" in tail)) throw wrongType();
  return { L: [...head.L, ...tail.L] };
};

const evaluateSource = (source: SetSource<AttributeValue>, item: AttributeMap): AttributeValue => {
  if (source.kind !== "sum") return evaluateOperand(source, item);
  const [left, right] = [evaluateOperand(source.left, item), evaluateOperand(source.right, item)];
  if (!("N" in left && "N" in right)) throw wrongType();
  return { N: source.operator === "+" ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
};

const setTypes = ["SS", "NS", "BS"] as const;
const elementsOf = (value: AttributeValue, type: (typeof setTypes)[number]): readonly string[] | undefined =>
  (value as Partial<Record<typeof type, readonly string[]>>)[type];

/** The value after ADD: the sum of numbers, the union of sets. */
const added = (old: AttributeValue | undefined, value: AttributeValue): AttributeValue => {
  if (old === undefined) return value;
  if ("N" in old && "N" in value) return { N: addNumbers(old.N, value.N) };
  for (const type of setTypes) {
    const [before, more] = [elementsOf(old, type), elementsOf(value, type)];
    if (before && more) return readValue({ [type]: [...new Set([...before, ...more])] });
  }
  throw wrongType();
};

/** The set after DELETE; undefined when nothing of it is left. */
const without = (old: AttributeValue, value: AttributeValue): AttributeValue | undefined => {
  for (const type of setTypes) {
    const [before, less] = [elementsOf(old, type), elementsOf(value, type)];
    if (!before || !less) continue;
    const rest = before.filter((element) => !less.includes(element));
    return rest.length === 0 ? undefined : readValue({ [type]: rest });
  }
  throw wrongType();
};

type MutableMap = { [name: string]: AttributeValue };
type Container = { readonly map: MutableMap } | { readonly list: AttributeValue[] };
type Change = { readonly path: Path; readonly value: AttributeValue | undefined };

/** Copies maps and lists along the paths it is asked for, each once, so that the old item stays as it was. */
class Draft {
  readonly root: MutableMap;
  readonly #copies = new Map<string, Container>();

  constructor(item: AttributeMap) {
    this.root = Object.assign(emptyMap(), item);
  }

  /** The map or list that holds the last step of a path. */
  parent(path: Path): Container {
    let container: Container = { map: this.root };
    for (let depth = 1; depth < path.length; depth++) container = this.#descend(container, path.slice(0, depth));
    return container;
  }

  #descend(container: Container, path: Path): Container {
    const key = JSON.stringify(path);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const step = path[path.length - 1] ?? "";
    const value = "map" in container ? container.map[step] : container.list[Number(step)];
    if (value === undefined || "map" in container !== (typeof step === "string")) throw invalidPath();
    const copy = this.#copy(value);
    const replaced: AttributeValue = "map" in copy ? { M: copy.map } : { L: copy.list };
    if ("map" in container) container.map[step] = replaced;
    else container.list[Number(step)] = replaced;
    this.#copies.set(key, copy);
    return copy;
  }

  #copy(value: AttributeValue): Container {
    if ("M" in value) return { map: Object.assign(emptyMap(), value.M) };
    if ("L" in value) return { list: [...value.L] };
    throw invalidPath();
  }
}

const applyToList = (
  list: AttributeValue[],
  changes: readonly { index: number; value: AttributeValue | undefined }[],
) => {
  const appended: typeof changes = changes.filter(({ index, value }) => index >= list.length && value !== undefined);
  const removed = changes.filter(({ index, value }) => index < list.length && value === undefined);
  for (const { index, value } of changes) if (value !== undefined && index < list.length) list[index] = value;
  for (const { value } of [...appended].sort((a, b) => a.index - b.index)) if (value) list.push(value);
  for (const { index } of [...removed].sort((a, b) => b.index - a.index)) list.splice(index, 1);
};

/**
 * The item after an update; the old one is left as it was. Every operand is read from the old item, as AWS does.
 * Throws when a path leads nowhere or an operand has the wrong type.
 */
export const applyUpdate = (item: AttributeMap, update: BoundUpdate): AttributeMap => {
  const changes: Change[] = [
    ...update.set.map(({ path, source }) => ({ path, value: evaluateSource(source, item) })),
    ...update.remove.map((path) => ({ path, value: undefined })),
    ...update.add.map(({ path, value }) => ({ path, value: added(valueAt(item, path), value) })),
  ];
  for (const { path, value } of update.delete) {
    const old = valueAt(item, path);
    if (old !== undefined) changes.push({ path, value: without(old, value) });
  }
  const draft = new Draft(item);
  const lists = new Map<AttributeValue[], { index: number; value: AttributeValue | undefined }[]>();
  for (const { path, value } of changes) {
    const parent = draft.parent(path);
    const step = path[path.length - 1];
    if ("list" in parent) {
      if (typeof step !== "number") throw invalidPath();
      lists.set(parent.list, [...(lists.get(parent.list) ?? []), { index: step, value }]);
    } else {
      if (typeof step !== "string") throw invalidPath();
      if (value === undefined) delete parent.map[step];
      else parent.map[step] = value;
    }
  }
  for (const [list, listChanges] of lists) applyToList(list, listChanges);
  return draft.root;
};
