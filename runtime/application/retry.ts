import type { Runtime } from "../ports/runtime.ts";

/** Full jitter: anywhere between nothing and an exponentially growing bound. `attempt` counts from 1. */
export const jitterMs = (random: () => number, attempt: number, baseMs: number, capMs = 1_000): number =>
  random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));

export const backOff = (runtime: Pick<Runtime, "random" | "sleep">, attempt: number, baseMs: number): Promise<void> =>
  runtime.sleep(jitterMs(runtime.random, attempt, baseMs));
