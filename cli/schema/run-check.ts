import { join, relative, resolve } from "node:path";
import type { CompatibilityMode } from "../../runtime/kernel/compatibility/check-compatibility.ts";
import { findProject } from "../project.ts";
import { type Base, readBase } from "./base.ts";
import { checkSet } from "./check-set.ts";
import type { Finding } from "./render.ts";
import { readSchemaFolder } from "./schema-set.ts";

export interface CheckResult {
  readonly findings: readonly Finding[];
  /** How many schemas there are. */
  readonly total: number;
  readonly base: Base | undefined;
}

/**
 * Compares the schemas of the project in the current folder with a base.
 * @throws CliFailure when a file or the base cannot be read
 */
export const runCheck = (options: {
  readonly schemas?: string | undefined;
  readonly against?: string | undefined;
  readonly mode: CompatibilityMode;
}): CheckResult => {
  const project = findProject();
  const folder = options.schemas === undefined ? project.schemas : resolve(options.schemas);
  const shown = (path: string) => relative(process.cwd(), join(folder, path));
  const schemas = readSchemaFolder(folder, shown);
  const base = readBase(folder, project.folder, options.against);
  const findings = checkSet(schemas, base, options.mode, shown).map(
    ({ path, against, verdict, changes }): Finding => ({
      file: shown(path),
      against,
      verdict,
      changes,
      text: schemas.get(path)?.text,
    }),
  );
  return { findings, total: schemas.size, base };
};
