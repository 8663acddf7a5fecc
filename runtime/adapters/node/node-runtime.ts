import { setTimeout as delay } from "node:timers/promises";
import { ulid } from "ulid";
import type { Runtime } from "../../ports/runtime.ts";
import { sha256 } from "./sha256.ts";

/** The clock, chance and digests of the process. */
export const nodeRuntime: Runtime = {
  now: () => Date.now(),
  sleep: (milliseconds) => delay(milliseconds),
  random: () => Math.random(),
  newId: () => ulid(),
  digest: sha256,
};
