import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export const ROOT = join(import.meta.dirname, "../..");

const execute = promisify(execFile);
const run = (script: string, args: readonly string[]) =>
  execute(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, maxBuffer: 2 ** 26 });

/** Runs a script of the repository in a process of its own and gives back the last line it printed, parsed. */
export const runNode = async <Result>(script: string, ...args: readonly string[]): Promise<Result> => {
  const { stdout } = await run(script, args);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Result;
};

/** How long a script of the repository takes as a process of its own, in milliseconds. */
export const timeNode = async (script: string, ...args: readonly string[]): Promise<number> => {
  const started = performance.now();
  await run(script, args);
  return performance.now() - started;
};
