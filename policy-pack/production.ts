import type { PolicyConfigSchema } from "@pulumi/policy";

const DEFAULT_STACKS = ["prod"];

/** The setting of a rule that only production keeps: `stacks`, the names of the stacks that are production. */
export const PRODUCTION_ONLY: PolicyConfigSchema = {
  properties: { stacks: { type: "array", items: { type: "string" }, default: DEFAULT_STACKS } },
};

interface Configured {
  getConfig<T extends object>(): T;
}

/** Whether a resource belongs to a production stack: its URN names the stack, in whatever way the pack is run. */
export const isProduction = (args: Configured, urn: string): boolean => {
  const { stacks = DEFAULT_STACKS } = args.getConfig<{ stacks?: readonly string[] }>();
  return stacks.includes(urn.split("::")[0]?.replace(/^urn:pulumi:/, "") ?? "");
};
