import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** The config of a stack that the repository ships. */
export const stackConfig = (stack: "dev" | "prod"): Record<string, unknown> =>
  parse(readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8")).config;
