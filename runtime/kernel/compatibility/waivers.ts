import { UNDECIDED_RULES } from "./rules.ts";
import { invalid, isObject } from "./schema-document.ts";

/** Somebody has looked at a finding that is no proof, and answers for it. */
export interface Waiver {
  readonly rule: string;
  /** Where the finding stands. @default everywhere */
  readonly path: string | undefined;
  readonly reason: string;
}

const KEYWORD = "x-nexus-waiver";

/**
 * The waivers at the root of a schema.
 * @throws NexusError NEXUS_SCHEMA_INVALID when one has no reason, or is about a rule whose findings are proven
 */
export const waiversOf = (schema: unknown): Waiver[] => {
  const listed = isObject(schema) ? schema[KEYWORD] : undefined;
  if (listed === undefined) return [];
  if (!Array.isArray(listed)) throw invalid(`/${KEYWORD}`, "must be a list of {rule, path?, reason}");
  return listed.map((entry: unknown, index) => {
    const at = `/${KEYWORD}/${index}`;
    if (!isObject(entry)) throw invalid(at, "must be an object {rule, path?, reason}");
    const { rule, path, reason, ...others } = entry;
    const [stranger] = Object.keys(others);
    if (stranger !== undefined) throw invalid(`${at}/${stranger}`, "is not known: a waiver has rule, path and reason");
    if (typeof rule !== "string" || !UNDECIDED_RULES.has(rule))
      throw invalid(`${at}/rule`, `must be one of ${[...UNDECIDED_RULES].join(", ")}: proven breaks cannot be waived`);
    if (path !== undefined && typeof path !== "string") throw invalid(`${at}/path`, "must be a JSON Pointer");
    if (typeof reason !== "string" || reason.trim() === "")
      throw invalid(`${at}/reason`, "must say why the change is safe");
    return { rule, path, reason };
  });
};

/** The waiver for a finding, if there is one. */
export const waiverFor = (waivers: readonly Waiver[], rule: string, path: string): Waiver | undefined =>
  waivers.find((waiver) => waiver.rule === rule && (waiver.path === undefined || waiver.path === path));
