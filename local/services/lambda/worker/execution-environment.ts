import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Credentials, FunctionConfig, LogSink } from "../../contract.ts";
import { environmentVariables } from "./environment-variables.ts";
import { FunctionLog } from "./function-log.ts";
import type { FromWorker, FunctionError, Invoke, WorkerStart } from "./protocol.ts";

export interface EnvironmentOptions {
  readonly config: FunctionConfig;
  readonly region: string;
  readonly endpointUrl: () => string;
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  readonly extraEnvironment: Readonly<Record<string, string>>;
  readonly logs: LogSink;
  readonly clock: () => number;
  readonly initSeconds: number;
  readonly compileCacheDirectory: string | undefined;
}

/** How an invocation, or the load of the handler before it, ended. */
export type Outcome =
  | { readonly ok: true; readonly payload: string; readonly durationMs: number }
  | { readonly ok: false; readonly error: FunctionError; readonly durationMs: number };

interface Pending {
  readonly requestId: string | undefined;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: Outcome, heapBytes?: number) => void;
}

/**
 * One worker thread with a function's module loaded, for one invocation at a time. Between invocations its thread is
 * held, as Lambda freezes an environment. Not simulated: the container around it (file system, processor share,
 * `/tmp` of its own, the time zone, extensions, layers), response streaming.
 */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #gate = new Int32Array(new SharedArrayBuffer(4));
  readonly #options: EnvironmentOptions;
  readonly #log: FunctionLog;
  /** Resolves when the handler's module is loaded, or could not be. */
  readonly initialised: Promise<Outcome>;
  #pending: Pending | undefined;
  #crash: FunctionError | undefined;
  #initMs: number | undefined;
  #alive = true;

  constructor(options: EnvironmentOptions) {
    const { config, region } = options;
    const day = new Date(options.clock()).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStreamName = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
    const start: WorkerStart = {
      taskRoot: config.codeDirectory,
      handler: config.handler,
      compileCacheDirectory: options.compileCacheDirectory,
      gate: this.#gate,
      context: {
        functionName: config.name,
        functionVersion: "$LATEST",
        invokedFunctionArn: config.arn,
        memoryLimitInMB: String(config.memoryMegabytes),
        logGroupName: config.logGroupName,
        logStreamName,
      },
    };
    this.#options = options;
    this.#log = new FunctionLog(config, options.logs, options.clock);
    this.#log.initStart();
    this.#worker = new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: start,
      env: environmentVariables({
        config,
        region,
        endpointUrl: options.endpointUrl(),
        credentials: options.credentialsFor(config.roleArn, config.name),
        extraEnvironment: options.extraEnvironment,
        logStreamName,
      }),
      execArgv: [],
      stdout: true,
      stderr: true,
      // The young generation is kept small: left alone, each worker grows by some 30 MB of garbage.
      resourceLimits: { maxOldGenerationSizeMb: config.memoryMegabytes, maxYoungGenerationSizeMb: 8 },
    });
    this.initialised = new Promise((resolve) => this.#expect(undefined, options.initSeconds, resolve));
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", (exitCode) => this.#ended(exitCode));
  }

  /** False once the worker timed out, crashed or was terminated: it takes no further invocation. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Runs one invocation; never rejects. The environment must be initialised and free. */
  invoke(request: { requestId: string; payload: string; traceHeader: string }): Promise<Outcome> {
    const { timeoutSeconds } = this.#options.config;
    this.#log.start(request.requestId);
    return new Promise((resolve) => {
      this.#expect(request.requestId, timeoutSeconds, (outcome, heapBytes) => {
        this.#log.report(request.requestId, outcome.durationMs, heapBytes, this.#initMs);
        this.#initMs = undefined;
        resolve(outcome);
      });
      const { requestId, payload, traceHeader } = request;
      const invocation: Invoke = { requestId, payload, traceHeader, timeoutMs: timeoutSeconds * 1000 };
      this.#worker.postMessage(invocation);
      Atomics.store(this.#gate, 0, 1);
      Atomics.notify(this.#gate, 0);
    });
  }

  async terminate(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #expect(requestId: string | undefined, seconds: number, settled: Pending["settle"]): void {
    const timer = setTimeout(() => this.#timedOut(seconds), seconds * 1000);
    this.#pending = { requestId, startedAt: performance.now(), timer, settle: settled };
  }

  #settle(outcome: { ok: true; payload: string } | { ok: false; error: FunctionError }, heapBytes?: number): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    clearTimeout(pending.timer);
    const durationMs = performance.now() - pending.startedAt;
    if (!outcome.ok) this.#log.error(pending.requestId, outcome.error);
    if (pending.requestId === undefined) this.#initMs = durationMs;
    pending.settle({ ...outcome, durationMs }, heapBytes);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "log":
        this.#log.line(message.requestId, message.timestamp, message.message);
        break;
      case "ready":
        this.#settle({ ok: true, payload: "null" });
        break;
      case "init-failed":
        this.#discard(message.error);
        break;
      case "result":
        this.#settle({ ok: true, payload: message.payload }, message.heapBytes);
        break;
      case "failure":
        this.#settle({ ok: false, error: message.error }, message.heapBytes);
        break;
      case "crash":
        this.#crash = message.error;
    }
  }

  #timedOut(seconds: number): void {
    const requestId = this.#pending?.requestId;
    const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
    this.#discard({ errorType: "Sandbox.Timedout", errorMessage: prefixed(requestId, message) });
  }

  /** An exception that nobody caught, or a heap beyond the function's memory. */
  #fail(error: unknown): void {
    const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
    this.#crash =
      code === "ERR_WORKER_OUT_OF_MEMORY"
        ? { errorType: "Runtime.OutOfMemory", errorMessage: exitMessage(this.#pending?.requestId, "signal: killed") }
        : uncaught(error);
  }

  #ended(exitCode: number): void {
    const requestId = this.#pending?.requestId;
    const errorMessage =
      exitCode === 0
        ? prefixed(requestId, "Runtime exited without providing a reason")
        : exitMessage(requestId, `exit status ${exitCode}`);
    this.#discard(this.#crash ?? { errorType: "Runtime.ExitError", errorMessage });
  }

  #discard(error: FunctionError): void {
    this.#alive = false;
    this.#settle({ ok: false, error });
    void this.#worker.terminate();
  }
}

const prefixed = (requestId: string | undefined, message: string): string =>
  requestId === undefined ? `Error: ${message}` : `RequestId: ${requestId} Error: ${message}`;

const exitMessage = (requestId: string | undefined, reason: string): string =>
  prefixed(requestId, `Runtime exited with error: ${reason}`);

const uncaught = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
