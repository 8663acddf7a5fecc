import { type LocalCloud, openCloud } from "./cloud.ts";
import type { DataFolder } from "./data-folder.ts";
import { isSimulated } from "./drivers/index.ts";
import { engineContext, regionOf } from "./engine/context.ts";
import { GatedUpdate } from "./engine/gated.ts";
import type { Realiser } from "./engine/monitor.ts";
import { Preview, protectedLosses } from "./engine/preview.ts";
import type { Project } from "./engine/project.ts";
import { isManaged, type Registration } from "./engine/registration.ts";
import type { EngineContext } from "./engine/resource.ts";
import { type ProgramRun, runProgram } from "./engine/run-program.ts";
import { StateStore } from "./engine/state.ts";
import { protectedMessage, Update } from "./engine/update.ts";
import type { Properties } from "./engine/values.ts";
import { putOperator } from "./operator.ts";
import { Approval } from "./policy/approval.ts";
import { policyEnvironment } from "./policy/environment.ts";
import { openPolicyGate, type PolicyGate, PolicyViolationError } from "./policy/gate.ts";
import { assertSchemasEvolve } from "./policy/schema-gate.ts";
import { announceStack, type RunningStack, withdrawStack } from "./running-stack.ts";
import type { ResourceCount, Stack, StackEvent, StackOptions } from "./stack.ts";

/** One start of a stack, from the opened data folder to the stack that serves; see `startStack`. */
export class Boot {
  readonly #options: StackOptions;
  readonly #project: Project;
  readonly #folder: DataFolder;
  readonly #state: StateStore;
  readonly #context: EngineContext;
  readonly #pack: string | undefined;
  readonly #approval: Approval;
  readonly #stop = new AbortController();
  #gate: PolicyGate | undefined;
  #cloud: Promise<LocalCloud> | undefined;
  #verdict: Promise<void> | undefined;
  #refusal: { readonly reason: unknown } | undefined;

  constructor(options: StackOptions, project: Project, folder: DataFolder, pack: string | undefined) {
    this.#options = options;
    this.#project = project;
    this.#folder = folder;
    this.#pack = pack;
    this.#state = new StateStore(folder.file("state.db"));
    this.#context = engineContext(project, this.#state);
    this.#approval = new Approval(this.#state, pack, policyEnvironment(project));
    options.signal?.addEventListener("abort", () => this.#stop.abort(options.signal?.reason));
  }

  async run(started: number): Promise<Stack> {
    const unchanged = this.#approval.isLikely;
    const opening = this.#openCloud();
    this.#cloud = opening;
    const update = opening.then(
      (cloud) => new Update(this.#context, cloud, (progress) => this.#emit({ kind: "resource", ...progress })),
    );
    update.catch(() => {});
    const gated = new GatedUpdate(update, { unchanged, changes: () => this.#judge() }, this.#context.invoke);
    // A verdict ends the realising of a resource; it is not the failure of that one.
    const updating = this.#runProgram(false, gated).catch((error: unknown) => {
      throw this.#refusal === undefined ? error : this.#refusal.reason;
    });
    // Whichever fails first ends the start: a port in use need not wait for the preview.
    const [{ registrations, stackOutputs }, cloud] = await Promise.all([
      updating,
      opening,
      ...(unchanged ? [] : [this.#judge()]),
    ]);
    if (!this.#approval.covers(registrations)) await this.#judge();
    await gated.finish();
    this.#approval.record(registrations);
    this.#state.setFact("port", String(cloud.gateway.port));
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
      preferredPort: Number(this.#state.fact("port") ?? 0),
      readModel: this.#options.readModel,
      workingDirectory: this.#project.workingDirectory,
      onProblem: (message) => this.#emit({ kind: "problem", message }),
    });
  }

  /**
   * Throws when the program would take away what is protected, break the readers of a registered schema, or violate a
   * mandatory policy. Judges once.
   */
  #judge(): Promise<void> {
    this.#verdict ??= this.#preview().catch((reason: unknown) => {
      this.#refusal = { reason };
      throw reason;
    });
    return this.#verdict;
  }

  async #preview(): Promise<void> {
    this.#gate = this.#pack === undefined ? undefined : openPolicyGate(this.#pack, policyEnvironment(this.#project));
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
    assertSchemasEvolve(this.#state, registrations);
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
