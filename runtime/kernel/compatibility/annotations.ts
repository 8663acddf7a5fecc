import { canonicalJson } from "../canonical-json.ts";
import { checkKeyword } from "./keyword-shapes.ts";
import { escapePointer, isObject } from "./schema-document.ts";

const ANNOTATIONS = new Set([
  ...[
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "$id",
    "$schema",
  ],
]);

/** The places at which two schemas differ only in what they say to people and tools, as JSON Pointers. */
export const annotationChanges = (before: unknown, after: unknown, pointer = ""): string[] => {
  if (!isObject(before) || !isObject(after)) return [];
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keywords.flatMap((keyword) => {
    const at = `${pointer}/${escapePointer(keyword)}`;
    const [old, next] = [before[keyword], after[keyword]];
    if (keyword === "x-nexus" && isObject(old) && isObject(next)) return markChanges(old, next, at);
    if (ANNOTATIONS.has(keyword) || keyword.startsWith("x-"))
      return keyword !== "x-nexus-waiver" && canonicalJson(old) !== canonicalJson(next) ? [at] : [];
    if (old === undefined || next === undefined) return [];
    return checkKeyword(keyword, next).schemas.flatMap((path) => {
      const within = path.map((key) => `/${escapePointer(String(key))}`).join("");
      return annotationChanges(step(old, path), step(next, path), at + within);
    });
  });
};

type Mark = Readonly<Record<string, unknown>>;

/** That the next version of a schema has the next number is no news. */
const markChanges = (before: Mark, after: Mark, pointer: string): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => key !== "version" && canonicalJson(before[key]) !== canonicalJson(after[key]))
    .map((key) => `${pointer}/${escapePointer(key)}`);

const step = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), value);
