import { driverOf } from "../drivers/index.ts";
import { invoke } from "../drivers/invokes.ts";
import { ACCOUNT_ID } from "../services/contract.ts";
import { InputError, type Project } from "./project.ts";
import type { EngineContext } from "./resource.ts";
import type { StateStore } from "./state.ts";

/** The provider's own default where neither configuration nor environment names a region. */
const DEFAULT_REGION = "us-east-1";

/** The region of a stack: `aws:region` of its configuration, else the environment's. */
export const regionOf = (project: Project): string =>
  project.config["aws:region"] ?? process.env["AWS_REGION"] ?? DEFAULT_REGION;

/** `aws:defaultTags` of the configuration. */
const defaultTagsOf = ({ config, stack }: Project): Record<string, string> => {
  const text = config["aws:defaultTags"];
  if (text === undefined) return {};
  try {
    return (JSON.parse(text) as { tags?: Record<string, string> }).tags ?? {};
  } catch {
    throw new InputError(`Pulumi.${stack}.yaml: aws:defaultTags must be a mapping with "tags", not ${text}`);
  }
};

/** What the engine needs to know of a project to compare and realise its resources. */
export const engineContext = (project: Project, state: StateStore): EngineContext => {
  const where = { region: regionOf(project), accountId: ACCOUNT_ID };
  return {
    state,
    driverOf,
    invoke: (token, args) => invoke(where, token, args),
    read: async (type, id) => {
      throw new Error(
        `the program reads the existing ${type} ${id}; the local cloud holds only what the program makes`,
      );
    },
    workingDirectory: project.workingDirectory,
    defaultTags: defaultTagsOf(project),
  };
};
