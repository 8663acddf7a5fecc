import { aggregateFailed } from "../kernel/aggregate-failure.ts";
import type { KnownCommand, ServiceCatalog } from "../kernel/catalog.ts";
import { isNexusError } from "../kernel/errors.ts";
import type { DomainEvent, StoredEvent } from "../kernel/event.ts";
import type { DecisionContext } from "../kernel/service.ts";

/**
 * The events that a command leads to, in the newest version of their schemas. Throws the refusals of `decide` as they
 * are, `NEXUS_AGGREGATE_FAILED` for whatever else it throws, and `NEXUS_EVENT_UNREGISTERED`.
 */
export const decidedEvents = (
  catalog: ServiceCatalog,
  { type: commandType, aggregate, command }: KnownCommand,
  state: unknown,
  payload: unknown,
  context: DecisionContext,
): StoredEvent[] => {
  try {
    const decided: readonly DomainEvent[] = command.decide(state, payload, context);
    return decided.map(({ type, data }) => ({
      type,
      schemaVersion: catalog.newestContract(aggregate.name, type).version,
      data,
    }));
  } catch (error) {
    if (isNexusError(error)) throw error;
    throw aggregateFailed(`decide of ${commandType}`, context.aggregateId, error);
  }
};
