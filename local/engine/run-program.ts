import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { compileCacheFolder } from "../compile-cache.ts";
import { Monitor, type Realiser } from "./monitor.ts";
import { programError } from "./program-error.ts";
import type { Project } from "./project.ts";
import type { Registration } from "./registration.ts";
import { type LogListener, serveEngine } from "./server.ts";
import type { Properties } from "./values.ts";

export interface ProgramRun {
  /** Every resource the program registered, in order. */
  readonly registrations: readonly Registration[];
  readonly stackOutputs: Properties;
}

export interface RunOptions {
  readonly project: Project;
  /** True for a dry run: the SDK then treats outputs that are missing as unknown. */
  readonly preview: boolean;
  readonly realiser: Realiser;
  /** Warnings and information the program logs. Errors end the run instead. */
  readonly onLog?: LogListener;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/** How many registrations the program may have under way. As the real CLI: enough that nothing waits in line. */
const PARALLEL = 256;

/** The organization that `pulumi.getOrganization()` answers with. */
const ORGANIZATION = "local";

/**
 * Runs a Pulumi program, unmodified, with the SDK's own launcher against an engine of its own, until its event loop is
 * empty. Throws the first `ResourceFailure`, or a `ProgramError` when the program itself failed.
 */
export const runProgram = async (options: RunOptions): Promise<ProgramRun> => {
  const { project, signal } = options;
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const monitor = new Monitor({ project: project.name, stack: project.stack }, options.realiser, fail);
  const errors: string[] = [];
  const server = await serveEngine(monitor, (severity, message) => {
    if (severity === "error") errors.push(message);
    else options.onLog?.(severity, message);
  });
  if (signal?.aborted) {
    server.close();
    signal.throwIfAborted();
  }
  const child = launch(options, server.address);
  const output = collectOutput(child, options.onLog);
  const abort = () => fail(signal?.reason instanceof Error ? signal.reason : new Error("the run was stopped"));
  signal?.addEventListener("abort", abort);
  try {
    const [exitCode] = await Promise.race([once(child, "close") as Promise<[number | null]>, failure]);
    // A failure that the last answer carried may be reported just after the program has ended.
    await Promise.race([failure, new Promise((resolve) => setImmediate(resolve))]);
    if (exitCode !== 0 || errors.length > 0) throw programError(errors, output.stderr(), exitCode);
    return { registrations: [...monitor.registrations.values()], stackOutputs: monitor.stackOutputs };
  } finally {
    signal?.removeEventListener("abort", abort);
    if (child.exitCode === null) child.kill("SIGKILL");
    server.close();
  }
};

const launch = ({ project, preview }: RunOptions, engineAddress: string) => {
  // The program's own SDK, so that launcher and program agree on one copy of it.
  const require = createRequire(join(project.rootDirectory, "package.json"));
  return spawn(
    process.execPath,
    [
      `--import=${new URL(`./quiet-launch${extname(import.meta.url)}`, import.meta.url)}`,
      require.resolve("@pulumi/pulumi/cmd/run"),
      `--monitor=${engineAddress}`,
      `--engine=${engineAddress}`,
      `--project=${project.name}`,
      `--stack=${project.stack}`,
      `--organization=${ORGANIZATION}`,
      `--root-directory=${project.rootDirectory}`,
      `--parallel=${PARALLEL}`,
      ...(preview ? ["--dry-run"] : []),
      `--pwd=${project.workingDirectory}`,
      project.entryPoint,
    ],
    {
      cwd: project.workingDirectory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(project.config),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
        NODE_COMPILE_CACHE: compileCacheFolder(project.rootDirectory),
      },
    },
  );
};

/** Passes lines of standard output on as information, and keeps the end of standard error for a failure's details. */
const collectOutput = (child: ReturnType<typeof launch>, onLog: LogListener | undefined) => {
  const MAX_KEPT = 64 * 1024;
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n")) if (line.trim() !== "") onLog?.("info", line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-MAX_KEPT);
  });
  return { stderr: () => stderr };
};
