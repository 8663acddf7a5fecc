import type { NexusPolicy } from "./define.ts";
import * as rules from "./rules.ts";

export type { NexusPolicy } from "./define.ts";
export * from "./rules.ts";
export { applyWaivers, readWaivers, type Waiver } from "./waivers.ts";

/** Every policy of the pack, by name. Importing this starts nothing; `pack.ts` serves them. */
export const policies: readonly NexusPolicy[] = Object.values<NexusPolicy>(rules).sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
