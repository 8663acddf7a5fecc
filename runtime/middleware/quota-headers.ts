import type { QuotaUse } from "../application/policy-enforcer.ts";

export const isQuota = (value: unknown): value is QuotaUse =>
  typeof value === "object" && value !== null && "granted" in value && "windowSeconds" in value;

/** What is left of a quota: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
export const quotaHeaders = (quota: QuotaUse): Record<string, string> => {
  const resetSeconds = Math.ceil(quota.resetMs / 1_000);
  return {
    "ratelimit-policy": `"${quota.name}";q=${quota.limit};w=${quota.windowSeconds}`,
    ratelimit: `"${quota.name}";r=${quota.remaining};t=${resetSeconds}`,
    ...(quota.granted ? {} : { "retry-after": String(Math.max(1, resetSeconds)) }),
  };
};
