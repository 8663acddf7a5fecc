import { describe } from "vitest";
import { MemoryRateLimitStore } from "../../../../runtime/adapters/memory/memory-rate-limit-store.ts";
import { rateLimitContract } from "../../../contracts/rate-limits/rate-limit-contract.ts";

describe("rate limits in memory", () => {
  // One store stands for all instances: what it counts is shared by nobody else.
  let now = (): number => 0;
  const shared = new MemoryRateLimitStore(() => now());
  rateLimitContract((clock) => {
    now = clock;
    return shared;
  });
});
