import { pathToFileURL } from "node:url";
import type { RunningStack } from "../local/running-stack.ts";
import { badInput } from "./failure.ts";
import { findProject, type Project } from "./project.ts";

/** One thing a journey showed, or failed to show. */
export interface JourneyStage {
  readonly name: string;
  readonly ok: boolean;
  /** From sending the command that led to it to seeing it. */
  readonly ms: number;
  /** What was seen, or why it was not. */
  readonly detail: string;
}

export interface JourneyResult {
  readonly ok: boolean;
  readonly stages: readonly JourneyStage[];
}

export type OnStage = (stage: JourneyStage) => void;

/** What the module at `nexus.journey` in a project's package.json exports as `journey`. */
export type Journey = (stack: RunningStack, record: RecordStage) => Promise<void>;

/** Runs one stage and reports it; `sentAt` is on the clock of `performance.now()`. Rejects when the stage fails. */
export type RecordStage = <T>(name: string, sentAt: number, run: () => Promise<Shown<T>>) => Promise<T>;

export interface Shown<T> {
  readonly detail: string;
  readonly value: T;
}

/** A stage failed and has been reported; what depends on it is not tried. */
class StageFailed extends Error {}

/**
 * Plays the journey of the project over the interfaces of its running stack. A project without one has none to fail.
 * @throws CliFailure when the project's journey cannot be loaded
 */
export const runJourney = async (
  stack: RunningStack,
  onStage: OnStage = () => {},
  project: Project = findProject(),
): Promise<JourneyResult> => {
  const journey = project.journey === undefined ? undefined : await load(project.journey);
  // Stages that run side by side end in any order; the result has them in the order in which they began.
  const begun: { stage?: JourneyStage }[] = [];
  const begin = () => {
    const slot: { stage?: JourneyStage } = {};
    begun.push(slot);
    return (stage: JourneyStage) => {
      slot.stage = stage;
      onStage(stage);
    };
  };
  const record: RecordStage = async (name, sentAt, run) => {
    const report = begin();
    const ms = () => Math.round(performance.now() - sentAt);
    try {
      const { detail, value } = await run();
      report({ name, ok: true, ms: ms(), detail });
      return value;
    } catch (error) {
      report({ name, ok: false, ms: ms(), detail: error instanceof Error ? error.message : String(error) });
      throw new StageFailed(name);
    }
  };
  try {
    await journey?.(stack, record);
  } catch (error) {
    if (!(error instanceof StageFailed)) begin()({ name: "journey", ok: false, ms: 0, detail: String(error) });
  }
  const stages = begun.flatMap(({ stage }) => stage ?? []);
  return { ok: stages.every(({ ok }) => ok), stages };
};

const load = async (path: string): Promise<Journey> => {
  const loaded: Record<string, unknown> = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw badInput(`${path} (nexus.journey in package.json) cannot be loaded: ${String(error)}`, error);
  });
  if (typeof loaded["journey"] !== "function")
    throw badInput(`${path} (nexus.journey in package.json) must export journey(stack, record)`);
  return loaded["journey"] as Journey;
};
