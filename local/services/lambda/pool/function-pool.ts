import { randomBytes, randomUUID } from "node:crypto";
import { AwsError, type FunctionConfig, type InvocationResult } from "../../contract.ts";
import type { LambdaLimits, MetricSink } from "../options.ts";
import { type EnvironmentOptions, ExecutionEnvironment, type Outcome } from "../worker/execution-environment.ts";
import { parseAnswer } from "./payload.ts";

interface Waiting {
  readonly requestId: string;
  readonly payload: string;
  readonly traceHeader: string;
  readonly since: number;
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (error: unknown) => void;
}

export interface PoolOptions extends Omit<EnvironmentOptions, "config" | "initSeconds"> {
  readonly limits: LambdaLimits;
  readonly metrics: MetricSink | undefined;
}

/**
 * The workers of one function. An invocation takes an idle worker, the one used last first, or waits in line. The
 * first worker is started at once, another only when the head of the line has waited `scaleUpAfterMs` although none is
 * starting: on AWS each waiting invocation would get an environment of its own, on a laptop that costs more than it gains.
 */
export class FunctionPool {
  #config: FunctionConfig;
  readonly #options: PoolOptions;
  readonly #idle: { environment: ExecutionEnvironment; since: number }[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: Waiting[] = [];
  /** Environments of an earlier code or configuration: they finish what they run and take nothing new. */
  readonly #retired = new WeakSet<ExecutionEnvironment>();
  #closed = false;
  #starting = 0;
  #running = 0;
  #scaleTimer: NodeJS.Timeout | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;

  constructor(config: FunctionConfig, options: PoolOptions) {
    this.#config = config;
    this.#options = options;
  }

  get config(): FunctionConfig {
    return this.#config;
  }

  /** Invocations that run or wait. */
  get busy(): number {
    return this.#running + this.#waiting.length;
  }

  /** `payload` is JSON. Throws `TooManyRequestsException` when the line is full, `ServiceException` when closed. */
  invoke(payload: string, traceHeader?: string): Promise<InvocationResult> {
    const { limits, clock } = this.#options;
    if (this.#closed) throw new AwsError("ServiceException", `${this.#config.name} was shut down.`, 500);
    if (this.#limit === 0 || this.#waiting.length >= limits.waitingInvocations) {
      this.#publish("Throttles", 1);
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      });
    }
    return new Promise((resolve, reject) => {
      const requestId = randomUUID();
      const trace = traceHeader ?? unsampledTrace(clock());
      this.#waiting.push({ requestId, payload, traceHeader: trace, since: performance.now(), resolve, reject });
      this.#dispatch();
    });
  }

  /** Loads the function ahead of its first invocation. */
  async warm(): Promise<void> {
    if (this.#all.size === 0 && this.#limit > 0 && !this.#closed) await this.#start();
  }

  /** New code or configuration: further invocations get new workers. */
  async replace(config: FunctionConfig): Promise<void> {
    this.#config = config;
    for (const environment of this.#all) this.#retired.add(environment);
    await Promise.all(this.#idle.splice(0).map(({ environment }) => this.#release(environment)));
    this.#dispatch();
  }

  /** Ends every worker at once. What still ran or waited is answered as a worker that died. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#scaleTimer);
    clearTimeout(this.#sweepTimer);
    const waiting = this.#waiting.splice(0);
    await Promise.all([...this.#all].map((environment) => this.#release(environment)));
    for (const invocation of waiting) {
      const error = { errorType: "Runtime.ExitError", errorMessage: "the function was shut down" };
      invocation.resolve(this.#resultOf(invocation, { ok: false, error, durationMs: 0 }));
    }
  }

  get #limit(): number {
    return Math.min(this.#config.reservedConcurrency ?? Number.POSITIVE_INFINITY, this.#options.limits.concurrency);
  }

  #dispatch(): void {
    for (;;) {
      const head = this.#waiting[0];
      if (head === undefined) return;
      const free = this.#idle.pop();
      if (free !== undefined) {
        this.#waiting.shift();
        void this.#run(free.environment, head);
        continue;
      }
      if (this.#closed || this.#starting > 0 || this.#all.size >= this.#limit) return;
      const waitMs = this.#options.limits.scaleUpAfterMs - (performance.now() - head.since);
      if (this.#all.size > 0 && waitMs > 0) this.#dispatchAfter(waitMs);
      else void this.#start();
      return;
    }
  }

  #dispatchAfter(milliseconds: number): void {
    this.#scaleTimer ??= setTimeout(() => {
      this.#scaleTimer = undefined;
      this.#dispatch();
    }, milliseconds);
  }

  async #start(): Promise<void> {
    const { limits, ...options } = this.#options;
    let environment: ExecutionEnvironment;
    try {
      environment = new ExecutionEnvironment({ ...options, config: this.#config, initSeconds: limits.initSeconds });
    } catch (error) {
      // No worker could even be made, as when the function's role is gone.
      return this.#waiting.shift()?.reject(error);
    }
    this.#starting += 1;
    this.#all.add(environment);
    const outcome = await environment.initialised;
    this.#starting -= 1;
    if (outcome.ok) return this.#free(environment);
    // The init phase failed: the invocation it was started for answers that, the next one tries again.
    await this.#release(environment);
    const head = this.#waiting.shift();
    if (head !== undefined) this.#answer(head, outcome);
    this.#dispatch();
  }

  async #run(environment: ExecutionEnvironment, invocation: Waiting): Promise<void> {
    this.#running += 1;
    const outcome = await environment.invoke(invocation);
    this.#running -= 1;
    this.#answer(invocation, outcome);
    await this.#free(environment);
  }

  #answer(invocation: Waiting, outcome: Outcome): void {
    this.#publish("Invocations", 1);
    this.#publish("Errors", outcome.ok ? 0 : 1);
    this.#publish("Duration", outcome.durationMs, "Milliseconds");
    invocation.resolve(this.#resultOf(invocation, outcome));
  }

  #resultOf({ requestId }: Waiting, outcome: Outcome): InvocationResult {
    const { durationMs } = outcome;
    const answer = outcome.ok ? parseAnswer(outcome.payload) : outcome;
    if (answer.ok) return { requestId, payload: answer.payload, durationMs };
    return { requestId, payload: answer.error, functionError: "Unhandled", durationMs };
  }

  async #free(environment: ExecutionEnvironment): Promise<void> {
    if (environment.alive && !this.#retired.has(environment)) {
      this.#idle.push({ environment, since: performance.now() });
      this.#sweepLater();
    } else {
      await this.#release(environment);
    }
    this.#dispatch();
  }

  async #release(environment: ExecutionEnvironment): Promise<void> {
    this.#all.delete(environment);
    this.#retired.add(environment);
    await environment.terminate();
  }

  #sweepLater(): void {
    const idleMs = this.#options.limits.idleWorkerSeconds * 1000;
    this.#sweepTimer ??= setTimeout(() => {
      this.#sweepTimer = undefined;
      const kept = this.#idle.findIndex(({ since }) => performance.now() - since < idleMs);
      for (const { environment } of this.#idle.splice(0, kept === -1 ? this.#idle.length : kept)) {
        void this.#release(environment);
      }
      if (this.#idle.length > 0) this.#sweepLater();
    }, idleMs).unref();
  }

  #publish(name: string, value: number, unit = "Count"): void {
    const dimensions = { FunctionName: this.#config.name };
    this.#options.metrics?.putMetric({ namespace: "AWS/Lambda", name, value, unit, dimensions });
  }
}

/** X-Ray's header. Not sampled: no daemon listens here, and an unsampled trace costs its function nothing. */
const unsampledTrace = (now: number): string => {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
};
