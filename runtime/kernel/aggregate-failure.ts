import { type NexusError, nexusError } from "./errors.ts";

/** That a function of an aggregate failed, which is no refusal. `what` names the function and what it was given. */
export const aggregateFailed = (what: string, aggregateId: string, cause: unknown): NexusError =>
  nexusError("NEXUS_AGGREGATE_FAILED", `${what} failed on ${aggregateId}: ${String(cause)}`, {
    context: { aggregateId },
    cause,
  });
