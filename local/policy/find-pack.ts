import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../engine/project.ts";

/**
 * The folder of the policy pack a stack is judged by: the one that was asked for, else `policy-pack` of the project, else
 * the one that ships with this package.
 */
export const findPolicyPack = (projectDirectory: string, asked: string | undefined): string | undefined => {
  if (asked !== undefined) {
    if (!isPack(resolve(asked)))
      throw new InputError(`--policy-pack ${asked}: no PulumiPolicy.yaml there; name the folder of a policy pack`);
    return resolve(asked);
  }
  const shipped = fileURLToPath(new URL("../../policy-pack", import.meta.url));
  return [join(resolve(projectDirectory), "policy-pack"), shipped].find(isPack);
};

const isPack = (directory: string): boolean => existsSync(join(directory, "PulumiPolicy.yaml"));
