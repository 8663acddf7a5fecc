/** Full jitter: anywhere between nothing and an exponentially growing bound. `attempt` counts from 1. */
export const jitterMs = (random: () => number, attempt: number, baseMs: number, capMs = 1_000): number =>
  random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));

interface Waiting {
  random(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const backOff = (waiting: Waiting, attempt: number, baseMs: number): Promise<void> =>
  waiting.sleep(jitterMs(() => waiting.random(), attempt, baseMs));
