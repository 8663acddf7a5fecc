import { type LocalCloud, openCloud } from "./cloud.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { isSimulated } from "./drivers/index.ts";
import { engineContext, regionOf } from "./engine/context.ts";
import { GatedRealiser } from "./engine/gated.ts";
import type { Realiser } from "./engine/monitor.ts";
import { Preview, protectedLosses } from "./engine/preview.ts";
import { type Project, readProject } from "./engine/project.ts";
import { isManaged, type Registration } from "./engine/registration.ts";
import type { EngineContext } from "./engine/resource.ts";
import { type ProgramRun, runProgram } from "./engine/run-program.ts";
import type { LogListener } from "./engine/server.ts";
import { StateStore } from "./engine/state.ts";
import { protectedMessage, Update, type UpdateProgress } from "./engine/update.ts";
import type { Properties } from "./engine/values.ts";
import { putOperator } from "./operator.ts";
import { findPolicyPack } from "./policy/find-pack.ts";
import { openPolicyGate, type PolicyGate, PolicyViolationError, type Violation } from "./policy/gate.ts";
import { announceStack, type RunningStack, withdrawStack } from "./running-stack.ts";

export interface StackOptions {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  readonly dataDirectory: string;
  /** Port of the APIs; 0 takes a free one. */
  readonly port: number;
  /** `sqlite`, or the URL of an OpenSearch. */
  readonly readModel: string;
  /** Folder of the policy pack; without it the project's, else the one of this package. */
  readonly policyPack?: string;
  readonly onEvent?: (event: StackEvent) => void;
  /** Ends the start. A stack that has started is ended by `close`. */
  readonly signal?: AbortSignal;
}

export type StackEvent =
  /** How many resources there will be: known after the preview. */
  | { readonly kind: "previewed"; readonly resources: number }
  | { readonly kind: "advisory"; readonly violation: Violation }
  | ({ readonly kind: "resource" } & UpdateProgress)
  | { readonly kind: "log"; readonly severity: Parameters<LogListener>[0]; readonly message: string }
  /** Something in the local cloud went wrong while it ran. */
  | { readonly kind: "problem"; readonly message: string };

export interface ResourceCount {
  readonly total: number;
  /** Resources that something comes of. */
  readonly simulated: number;
  /** Types that are only recorded, sorted. */
  readonly notSimulated: readonly string[];
}

export interface Stack {
  readonly running: RunningStack;
  /** Absolute path of the data folder. */
  readonly dataDirectory: string;
  /** From the call to the stack being ready. */
  readonly bootMs: number;
  readonly resources: ResourceCount;
  readonly stackOutputs: Properties;
  readonly cloud: LocalCloud;
  /** Stops taking requests, lets running invocations end, and closes every file. */
  close(): Promise<void>;
}

/**
 * Brings a stack up: preview, policy gate, update, then the mappings begin to read. The update's program loads while the
 * preview runs and the gate decides, its registrations wait for the verdict. Throws `InputError`, `ProgramError`,
 * `ResourceFailure` or `PolicyViolationError`; nothing is left running then, and what was realised is kept for the next
 * start.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const started = performance.now();
  const project = readProject(options.directory, options.stack);
  const pack = findPolicyPack(options.directory, options.policyPack);
  const folder = openDataFolder(options.dataDirectory);
  const boot = new Boot(options, project, folder, pack);
  try {
    return await boot.run(started);
  } catch (error) {
    await boot.abandon(error);
    throw error;
  }
};

class Boot {
  readonly #options: StackOptions;
  readonly #project: Project;
  readonly #folder: DataFolder;
  readonly #state: StateStore;
  readonly #context: EngineContext;
  readonly #gate: PolicyGate | undefined;
  readonly #stop = new AbortController();
  #cloud: Promise<LocalCloud> | undefined;

  constructor(options: StackOptions, project: Project, folder: DataFolder, policyPack: string | undefined) {
    this.#options = options;
    this.#project = project;
    this.#folder = folder;
    this.#state = new StateStore(folder.file("state.db"));
    this.#context = engineContext(project, this.#state);
    this.#gate = policyPack === undefined ? undefined : openPolicyGate(policyPack);
    options.signal?.addEventListener("abort", () => this.#stop.abort(options.signal?.reason));
  }

  async run(started: number): Promise<Stack> {
    const allowed = Promise.withResolvers<Realiser>();
    const updating = this.#runProgram(false, new GatedRealiser(allowed.promise, this.#context.invoke));
    updating.catch(() => {});
    this.#cloud = this.#openCloud();
    this.#cloud.catch(() => {});
    // Whichever fails first ends the start: a port in use need not wait for the preview.
    const [cloud] = await Promise.all([this.#cloud, this.#preview()]);
    const update = new Update(this.#context, cloud, (progress) => this.#emit({ kind: "resource", ...progress }));
    allowed.resolve(update);
    const { registrations, stackOutputs } = await updating;
    await update.finish();
    const running = announce(this.#folder, this.#project, cloud, stackOutputs);
    cloud.lambda.start();
    return {
      running,
      dataDirectory: this.#folder.path,
      bootMs: Math.round(performance.now() - started),
      resources: countResources(registrations),
      stackOutputs,
      cloud,
      close: async () => {
        withdrawStack(this.#folder.path);
        await this.abandon(undefined);
      },
    };
  }

  /** Ends whatever has begun and lets the data folder go. */
  async abandon(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#gate?.close();
    await this.#cloud?.then((cloud) => cloud.close()).catch(() => {});
    this.#state.close();
    this.#folder.release();
  }

  #openCloud(): Promise<LocalCloud> {
    return openCloud({
      folder: this.#folder,
      region: regionOf(this.#project),
      port: this.#options.port,
      readModel: this.#options.readModel,
      workingDirectory: this.#project.workingDirectory,
      onProblem: (message) => this.#emit({ kind: "problem", message }),
    });
  }

  /** Throws when the program would take away what is protected, or breaks a mandatory policy. */
  async #preview(): Promise<void> {
    const preview = new Preview(this.#context);
    const { registrations } = await this.#runProgram(true, preview);
    this.#emit({ kind: "previewed", resources: registrations.filter(isManaged).length });
    const [loss] = protectedLosses(this.#context, preview.steps());
    if (loss !== undefined)
      throw new Error(
        protectedMessage(
          loss,
          loss.action === "delete"
            ? "the program no longer registers it"
            : `a change of ${loss.changed.join(", ")} replaces it`,
        ),
      );
    const report = await this.#gate?.evaluate(registrations);
    await this.#gate?.close();
    if (report === undefined) return;
    for (const violation of report.violations)
      if (violation.level === "advisory") this.#emit({ kind: "advisory", violation });
    const mandatory = report.violations.filter(({ level }) => level === "mandatory");
    if (mandatory.length > 0) throw new PolicyViolationError(report.packName, mandatory);
  }

  #runProgram(preview: boolean, realiser: Realiser): Promise<ProgramRun> {
    return runProgram({
      project: this.#project,
      preview,
      realiser,
      signal: this.#stop.signal,
      // Both runs say the same; the update's words are the ones to hear.
      onLog: (severity, message) => {
        if (!preview) this.#emit({ kind: "log", severity, message });
      },
    });
  }

  #emit(event: StackEvent): void {
    this.#options.onEvent?.(event);
  }
}

const countResources = (registrations: readonly Registration[]): ResourceCount => {
  const types = registrations.filter(isManaged).map(({ type }) => type);
  return {
    total: types.length,
    simulated: types.filter(isSimulated).length,
    notSimulated: [...new Set(types.filter((type) => !isSimulated(type)))].sort(),
  };
};

const announce = (folder: DataFolder, project: Project, cloud: LocalCloud, outputs: Properties): RunningStack => {
  const text = (key: string): string => String(outputs[key] ?? "").replace(/\/$/, "");
  const running: RunningStack = {
    pid: process.pid,
    stack: project.stack,
    api: text("apiUrl") || cloud.gateway.url,
    websocket: text("webSocketUrl"),
    aws: cloud.endpoint,
    region: cloud.region,
    ...putOperator(cloud.iam, cloud.accountId, outputs),
    outputs,
  };
  announceStack(folder.path, running);
  return running;
};
