import { jitterMs } from "../../kernel/backoff.ts";
import type { Runtime } from "../../ports/runtime.ts";
import { isPassing } from "./errors.ts";

export interface RetryPolicy {
  /** The first one included. */
  readonly attempts: number;
  /** Bound of the first pause; it doubles each time. */
  readonly baseMs: number;
  readonly capMs: number;
  /** No attempt begins later than that after the first; well below the timeout of a function. */
  readonly budgetMs: number;
}

export const RETRIES: RetryPolicy = { attempts: 5, baseMs: 25, capMs: 1_000, budgetMs: 4_000 };

export interface RetryClock extends Pick<Runtime, "now" | "sleep" | "random"> {
  /** Milliseconds in which a request may still begin, because somebody waits for its outcome. @default without end */
  readonly remainingMs?: () => number;
}

/**
 * Calls until it succeeds, fails for good, or the policy or the time is spent; then throws the last error. For calls that may
 * safely come twice, and with a client that does not try again by itself.
 */
export const withRetries = async <T>(clock: RetryClock, policy: RetryPolicy, call: () => Promise<T>): Promise<T> => {
  const remainingMs = (): number => clock.remainingMs?.() ?? Number.POSITIVE_INFINITY;
  if (remainingMs() <= 0) throw new Error("no time is left for a request");
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = jitterMs(() => clock.random(), attempt, policy.baseMs, policy.capMs);
      const spent = attempt >= policy.attempts || clock.now() + pauseMs - startedAt > policy.budgetMs;
      if (spent || pauseMs >= remainingMs() || !isPassing(error)) throw error;
      await clock.sleep(pauseMs);
    }
  }
};
