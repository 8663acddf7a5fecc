import type { JsonService } from "../contract.ts";
import { type Action, dispatch } from "../json-parameters.ts";
import { metadataActions } from "./actions/metadata.ts";
import { registryActions } from "./actions/registries.ts";
import { schemaActions } from "./actions/schemas.ts";
import { tagActions } from "./actions/tags.ts";
import { versionActions } from "./actions/versions.ts";
import { GlueEngine } from "./engine.ts";

const ACTIONS: Readonly<Record<string, Action<GlueEngine>>> = {
  ...registryActions,
  ...schemaActions,
  ...versionActions,
  ...metadataActions,
  ...tagActions,
};

export interface GlueOptions {
  /** SQLite file, or `:memory:`. */
  readonly file: string;
  /** Region in ARNs. @default "eu-west-1" */
  readonly region?: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/**
 * The schema registry of Glue on SQLite; the data catalogue and jobs are refused by name. A definition must be valid in
 * a dialect that Glue knows (Draft-04, -06 or -07). Compatibility is recorded and not enforced, as on AWS for JSON.
 */
export const openGlue = (options: GlueOptions): JsonService => {
  const engine = new GlueEngine({
    file: options.file,
    region: options.region ?? "eu-west-1",
    clock: options.clock ?? Date.now,
  });
  return {
    call: (name, input) => dispatch(ACTIONS, engine, name, input),
    close: async () => engine.store.close(),
  };
};
