import { setTimeout as sleep } from "node:timers/promises";

export interface Patience {
  /** What is waited for, to say so when it does not come. */
  readonly what: string;
  readonly deadlineMs: number;
  /** @default 20 */
  readonly intervalMs?: number;
}

/**
 * Asks until there is an answer. An error that is thrown ends the wait, a missing answer does not.
 * @throws an error that names what did not come in time
 */
export const eventually = async <T>(
  ask: () => Promise<T | undefined>,
  { what, deadlineMs, intervalMs = 20 }: Patience,
): Promise<T> => {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= until) throw new Error(`${what}: not within ${deadlineMs / 1000} s`);
    await sleep(intervalMs);
  }
};
