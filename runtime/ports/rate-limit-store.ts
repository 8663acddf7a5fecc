/** A bucket of tokens; each comes back a window after it was taken, so that no window ever sees more than `limit`. */
export interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface QuotaState {
  readonly granted: boolean;
  /** Tokens left. */
  readonly remaining: number;
  /** Until the next token is back. */
  readonly resetMs: number;
}

/** Counts over all instances of all functions. Error: `NEXUS_RATE_LIMITS_UNAVAILABLE`, `NEXUS_ACCESS_DENIED`. */
export interface RateLimitStore {
  /** Takes a token out of a bucket, if there is one. */
  take(bucket: string, quota: Quota): Promise<QuotaState>;
}
