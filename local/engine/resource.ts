import { createHash } from "node:crypto";
import type { Driver, Resource } from "../drivers/driver.ts";
import type { Registration } from "./registration.ts";
import type { SavedState, StateStore } from "./state.ts";
import type { Properties } from "./values.ts";

/** What previews and updates share: where files lie, what exists, who makes what. */
export interface EngineContext {
  readonly state: StateStore;
  readonly driverOf: (type: string) => Driver;
  readonly invoke: (token: string, args: Properties) => Promise<Properties>;
  readonly read: (type: string, id: string, inputs: Properties) => Promise<Properties>;
  readonly workingDirectory: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** The resource as it exists, under its URN or one of its former ones. */
export const savedOf = (state: StateStore, registration: Registration): SavedState | undefined => {
  for (const urn of [registration.urn, ...registration.options.aliases]) {
    const saved = state.get(urn);
    if (saved !== undefined) return saved;
  }
  return undefined;
};

/**
 * Pulumi's automatic name. The seven digits derive from data folder, URN and generation rather than from chance, so that a
 * run that was killed between making a resource and saving it makes the same one again.
 */
const autoName = (seed: string, urn: string, name: string, generation: number): string =>
  `${name}-${createHash("sha256").update(`${seed}\n${urn}\n${generation}`).digest("hex").slice(0, 7)}`;

export const resourceOf = (context: EngineContext, registration: Registration, generation: number): Resource => ({
  urn: registration.urn,
  type: registration.type,
  name: registration.name,
  inputs: registration.inputs,
  autoName: autoName(context.state.seed, registration.urn, registration.name, generation),
  defaultTags: context.defaultTags,
});
