import type { Registration } from "./registration.ts";
import type { SavedState } from "./state.ts";
import { canonical, holdsUnknown, type Properties } from "./values.ts";

export type Action = "create" | "same" | "update" | "replace" | "delete";

/** What a run does, or would do, with one resource. */
export interface Step {
  readonly action: Action;
  readonly urn: string;
  readonly type: string;
  /** The inputs that differ, by name. */
  readonly changed: readonly string[];
}

/** What of a driver decides between update and replacement. */
interface Replaceability {
  readonly replaceOnChangeOf?: readonly string[];
  readonly update?: unknown;
}

/** Compares what the program registers with what exists. `inputs` are the registration's, files as digests. */
export const decide = (
  registration: Registration,
  inputs: Properties,
  saved: SavedState | undefined,
  driver: Replaceability,
): Step => {
  const { urn, type, options } = registration;
  if (saved === undefined) return { action: "create", urn, type, changed: [] };
  const changed = [...new Set([...Object.keys(inputs), ...Object.keys(saved.inputs)])]
    .filter((key) => !options.ignoreChanges.includes(key))
    .filter((key) => holdsUnknown(inputs[key]) || canonical(inputs[key]) !== canonical(saved.inputs[key]))
    .sort();
  if (changed.length === 0 && saved.type === type) return { action: "same", urn, type, changed };
  const replacing = [...(driver.replaceOnChangeOf ?? []), ...options.replaceOnChanges];
  const replaces =
    saved.type !== type ||
    driver.update === undefined ||
    // An input that is not known in a preview rarely changes; it must not announce a replacement.
    changed.some((key) => (replacing.includes(key) || replacing.includes("*")) && !holdsUnknown(inputs[key]));
  return { action: replaces ? "replace" : "update", urn, type, changed };
};

/** Inputs that `ignoreChanges` names keep the value they had. */
export const withIgnored = (
  registration: Registration,
  inputs: Properties,
  saved: SavedState | undefined,
): Properties => {
  if (saved === undefined || registration.options.ignoreChanges.length === 0) return inputs;
  const kept = Object.fromEntries(registration.options.ignoreChanges.map((key) => [key, saved.inputs[key]]));
  return { ...inputs, ...kept };
};
