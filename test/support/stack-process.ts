import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findRunningStack, type RunningStack } from "../../local/running-stack.ts";
import { MAIN } from "./run-cli.ts";

export const ROOT = join(import.meta.dirname, "../..");

export interface StackProcess {
  readonly running: RunningStack;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C does; gives the exit code. */
  stop(): Promise<number | null>;
}

interface Options {
  /** Folder of the program. @default the repository */
  readonly cwd?: string;
  /** The module of `nexus`. @default the repository's */
  readonly main?: string;
}

/** Runs `nexus up` as a process of its own; settles when it says that it is ready. */
export const startStackProcess = async (
  dataDirectory: string,
  { cwd = ROOT, main = MAIN }: Options = {},
): Promise<StackProcess> => {
  const child = spawn(process.execPath, [main, "up", "--data", dataDirectory, "--port", "0"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const exited = once(child, "close") as Promise<[number | null]>;
  let output = "";
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (/^ready in /m.test(output)) resolve();
      });
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [exitCode] = await exited;
    return exitCode;
  };
  await Promise.race([
    ready,
    exited.then(([code]) => Promise.reject(new Error(`nexus up ended with ${code} before it was ready:\n${output}`))),
  ]);
  const running = findRunningStack(dataDirectory);
  if (running === undefined) throw new Error(`nexus up is ready but ${dataDirectory} names no stack`);
  return {
    running,
    kill: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGINT"),
  };
};
