import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** A module of pom.xml in this folder. */
export type EngineModule = "dynamodb-local" | "opensearch";

const here = import.meta.dirname;
const cacheFolder = resolve(here, "../../../node_modules/.cache/nexus-blueprint/engines");

/** Where the jars of a module lie, or will lie: one folder for each content of its poms. */
export const jarFolder = (module: EngineModule): string => {
  const hash = createHash("sha256");
  for (const pom of [join(here, "pom.xml"), join(here, module, "pom.xml")]) hash.update(readFileSync(pom));
  return join(cacheFolder, `${module}-${hash.digest("hex").slice(0, 16)}`);
};

let mavenRuns: boolean | undefined;
/** Asked of Maven itself: what has its name in PATH may not run. */
const hasMaven = (): boolean => {
  mavenRuns ??= spawnSync("mvn", ["--version"], { stdio: "ignore" }).status === 0;
  return mavenRuns;
};

/** True when the jars are there or Maven can bring them. */
export const jarsObtainable = (module: EngineModule): boolean => existsSync(jarFolder(module)) || hasMaven();

/**
 * The folder with the jars of a module; Maven fetches them the first time.
 * Processes that fetch at once each fill a folder of their own; the first to rename it wins.
 */
export const resolveJars = async (module: EngineModule): Promise<string> => {
  const folder = jarFolder(module);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const incomplete = mkdtempSync(join(cacheFolder, `.${module}-`));
  const maven = ["-q", "-B", "-f", join(here, "pom.xml"), "-pl", module, "dependency:copy-dependencies"];
  try {
    await promisify(execFile)("mvn", [...maven, "-DincludeScope=runtime", `-DoutputDirectory=${incomplete}`]);
    renameSync(incomplete, folder);
  } catch (error) {
    if (!existsSync(folder)) throw new Error(`Maven could not fetch the jars of ${module}`, { cause: error });
  } finally {
    rmSync(incomplete, { recursive: true, force: true });
  }
  return folder;
};
