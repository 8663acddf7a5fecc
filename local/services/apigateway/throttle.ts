import type { StageConfig } from "./config.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket a stage, as API Gateway's throttling: `rateLimit` tokens a second, at most `burstLimit`. */
export class Throttle {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes one request; false when the stage is over its limits. */
  take(stage: StageConfig): boolean {
    const limits = stage.throttling;
    if (limits === undefined) return true;
    const key = `${stage.apiId}/${stage.name}`;
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: limits.burstLimit, filledAt: now };
    const refill = ((now - bucket.filledAt) / 1000) * limits.rateLimit;
    const tokens = Math.min(limits.burstLimit, bucket.tokens + refill);
    const granted = tokens >= 1;
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, filledAt: now });
    return granted;
  }
}
