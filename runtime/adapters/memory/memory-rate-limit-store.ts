import { freeTokens, untilNextToken } from "../../kernel/token-bucket.ts";
import type { Quota, QuotaState, RateLimitStore } from "../../ports/rate-limit-store.ts";

/** Counts within one process. */
export class MemoryRateLimitStore implements RateLimitStore {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Map<number, number>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async take(bucket: string, { limit, windowSeconds }: Quota): Promise<QuotaState> {
    const now = this.#now();
    const times = this.#buckets.get(bucket) ?? new Map<number, number>();
    this.#buckets.set(bucket, times);
    const [token, ...others] = freeTokens(times, limit, now);
    if (token !== undefined) times.set(token, now + windowSeconds * 1_000);
    return { granted: token !== undefined, remaining: others.length, resetMs: untilNextToken(times, now) };
  }
}
