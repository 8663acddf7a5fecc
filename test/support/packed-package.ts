import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./stack-process.ts";

const run = promisify(execFile);

/** What npm packs is decided by the manifest, so the manifest and all that it names has to be there. */
const PACKED = ["package.json", "bin", "schemas", "LICENSE"];

/**
 * Builds this package, packs it as npm does, and installs it below a folder's `node_modules`, beside links to its
 * dependencies. Gives the module of its `nexus` command.
 */
export const installPackedPackage = async (folder: string): Promise<string> => {
  const staging = join(folder, "staging");
  await mkdir(staging);
  for (const path of PACKED) await cp(join(ROOT, path), join(staging, path), { recursive: true });
  const build = ["scripts/build.ts", "--javascript-only", "--out-dir", join(staging, "dist")];
  await run(process.execPath, build, { cwd: ROOT });
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--loglevel=error"], { cwd: staging });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];

  const installed = join(folder, "node_modules", "nexus-blueprint");
  await mkdir(installed, { recursive: true });
  await run("tar", ["xzf", join(staging, packed.filename), "-C", installed, "--strip-components=1"]);
  await linkDependencies(join(folder, "node_modules"));
  const { bin } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as { bin: { nexus: string } };
  return join(installed, bin.nexus);
};

const linkDependencies = async (target: string): Promise<void> => {
  const source = join(ROOT, "node_modules");
  const names = (await readdir(source)).filter((name) => !name.startsWith("."));
  await Promise.all(names.map((name) => symlink(join(source, name), join(target, name))));
};
