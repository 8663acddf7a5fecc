import { type NexusError, nexusError } from "./errors.ts";

/** That a function of an aggregate threw what is no refusal. `what` names the function and what it was given. */
export const aggregateFailed = (what: string, aggregateId: string, cause: unknown): NexusError =>
  nexusError("NEXUS_AGGREGATE_FAILED", `${what} threw on ${aggregateId}: ${String(cause)}`, {
    context: { aggregateId },
    cause,
  });
