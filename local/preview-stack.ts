import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { engineContext } from "./engine/context.ts";
import type { Step } from "./engine/plan.ts";
import { Preview } from "./engine/preview.ts";
import { type Project, readProject } from "./engine/project.ts";
import type { Registration } from "./engine/registration.ts";
import { runProgram } from "./engine/run-program.ts";
import type { LogListener } from "./engine/server.ts";
import { StateStore } from "./engine/state.ts";
import { policyEnvironment } from "./policy/environment.ts";
import { findPolicyPack } from "./policy/find-pack.ts";
import { type GateReport, openPolicyGate } from "./policy/gate.ts";
import { assertSchemasEvolve } from "./policy/schema-gate.ts";

export interface GraphOptions {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  readonly onLog?: LogListener;
  readonly signal?: AbortSignal;
}

/** Every resource the program registers, as a first deployment would see it. Starts and changes nothing. */
export const readGraph = async (options: GraphOptions): Promise<readonly Registration[]> => {
  const state = new StateStore(":memory:");
  try {
    return (await dryRun(readProject(options.directory, options.stack), options, state)).registrations;
  } finally {
    state.close();
  }
};

export interface PreviewOptions extends GraphOptions {
  readonly dataDirectory: string;
  readonly policyPack: string | undefined;
}

export interface StackPreview {
  readonly registrations: readonly Registration[];
  /** What an update would do, deletions last. */
  readonly steps: readonly Step[];
  /** Missing when there is no policy pack. */
  readonly gate: GateReport | undefined;
}

/**
 * Compares the program with the stack in a data folder and judges it by the policy pack. Changes nothing.
 * Throws `NEXUS_SCHEMA_INCOMPATIBLE` when it breaks the readers of a registered schema.
 */
export const previewStack = async (options: PreviewOptions): Promise<StackPreview> => {
  const file = join(resolve(options.dataDirectory), "state.db");
  const project = readProject(options.directory, options.stack);
  const pack = findPolicyPack(options.directory, options.policyPack);
  const gate = pack === undefined ? undefined : openPolicyGate(pack, policyEnvironment(project));
  const state = new StateStore(existsSync(file) ? file : ":memory:");
  try {
    const { registrations, steps } = await dryRun(project, options, state);
    assertSchemasEvolve(state, registrations);
    return { registrations, steps, gate: await gate?.evaluate(registrations) };
  } finally {
    state.close();
    await gate?.close();
  }
};

const dryRun = async (project: Project, { onLog, signal }: GraphOptions, state: StateStore) => {
  const preview = new Preview(engineContext(project, state));
  const run = await runProgram({
    project,
    preview: true,
    realiser: preview,
    ...(onLog === undefined ? {} : { onLog }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { registrations: run.registrations, steps: preview.steps() };
};
