import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export const MAIN = join(import.meta.dirname, "../../cli/main.ts");

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The module that is run. @default the repository's `nexus` */
  readonly main?: string;
}

/** Runs `nexus` as a process of its own, in a folder. */
export const runCli = async (
  args: readonly string[],
  { cwd, input = "", env = {}, main = MAIN }: Options,
): Promise<CliRun> => {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } });
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { exitCode, stdout, stderr };
};
