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

export type RetryClock = Pick<Runtime, "now" | "sleep" | "random">;

/**
 * Calls until it succeeds, fails for good, or the policy is spent; then throws the last error. For calls that may
 * safely come twice, and with a client that does not try again by itself.
 */
export const withRetries = async <T>(clock: RetryClock, policy: RetryPolicy, call: () => Promise<T>): Promise<T> => {
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = jitterMs(() => clock.random(), attempt, policy.baseMs, policy.capMs);
      const spent = attempt >= policy.attempts || clock.now() + pauseMs - startedAt > policy.budgetMs;
      if (spent || !isPassing(error)) throw error;
      await clock.sleep(pauseMs);
    }
  }
};
