import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a stack runs and how an operator may call it: `stack.json` in its data folder while it serves. */
export interface RunningStack {
  readonly pid: number;
  readonly stack: string;
  /** Base URL of the HTTP API, without a trailing slash. */
  readonly api: string;
  /** URL of the WebSocket API. */
  readonly websocket: string;
  /** Base URL of the AWS wire protocols: the value for AWS_ENDPOINT_URL. */
  readonly aws: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What the program exports: `eventsTableName`, `coreStreamName`, ... */
  readonly outputs: Readonly<Record<string, unknown>>;
}

const file = (dataDir: string): string => join(dataDir, "stack.json");

export const announceStack = (dataDir: string, stack: RunningStack): void => {
  const temporary = `${file(dataDir)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file(dataDir));
};

export const withdrawStack = (dataDir: string): void => rmSync(file(dataDir), { force: true });

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** The stack that serves from a data folder, or undefined: none was started, or it was killed. */
export const findRunningStack = (dataDir: string): RunningStack | undefined => {
  try {
    const stack = JSON.parse(readFileSync(file(dataDir), "utf8")) as RunningStack;
    return alive(stack.pid) ? stack : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};
