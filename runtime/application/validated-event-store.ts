import type { CommitDraft } from "../kernel/commit.ts";
import { hasFamily, nexusError } from "../kernel/errors.ts";
import type { Commit } from "../kernel/event.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { Telemetry } from "../ports/runtime.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

export interface ValidatedEventStorePorts {
  readonly events: EventStore;
  readonly registry: SchemaRegistry;
  readonly telemetry: Telemetry;
}

/**
 * The only way to the log for whoever writes: takes no commit with an event that its registered schema does not allow,
 * whoever made it. What is refused is logged with the caller's identity, and counted.
 */
export class ValidatedEventStore implements EventStore {
  readonly #ports: ValidatedEventStorePorts;

  constructor(ports: ValidatedEventStorePorts) {
    this.#ports = ports;
  }

  /**
   * Errors besides the store's own: `NEXUS_EVENT_UNREGISTERED`, `NEXUS_EVENT_INVALID`, `NEXUS_SCHEMA_DRIFT`,
   * `NEXUS_SCHEMA_REJECTED`, `NEXUS_SCHEMA_REGISTRY_UNAVAILABLE`.
   */
  async append(at: Parameters<EventStore["append"]>[0], draft: CommitDraft): Promise<Commit> {
    await this.assertAllowed(draft);
    return this.#ports.events.append(at, draft);
  }

  /** What `append` asks before it stores anything; errors as there. */
  async assertAllowed(draft: CommitDraft): Promise<void> {
    const { registry, telemetry } = this.#ports;
    try {
      if (!registry.isConfirmed(draft.events)) await registry.confirm(draft.events);
      for (const event of draft.events) {
        const { aggregate } = registry.validate(event);
        if (aggregate !== draft.aggregate)
          throw nexusError("NEXUS_EVENT_UNREGISTERED", `aggregate ${draft.aggregate} has no event ${event.type}`, {
            context: { type: event.type, version: event.schemaVersion, aggregate: draft.aggregate },
          });
      }
    } catch (error) {
      if (!hasFamily(error, "contract")) throw error;
      const { aggregate, aggregateId, commandId, correlationId, actor } = draft;
      telemetry.metric("ValidationFailures", "Count", 1);
      telemetry.error("an append was refused", error, {
        ...{ code: error.code, aggregate, aggregateId, commandId, correlationId, actor },
        ...error.context,
      });
      throw error;
    }
  }

  getEvents(...args: Parameters<EventStore["getEvents"]>): ReturnType<EventStore["getEvents"]> {
    return this.#ports.events.getEvents(...args);
  }

  getEventsByTimeRange(
    ...args: Parameters<EventStore["getEventsByTimeRange"]>
  ): ReturnType<EventStore["getEventsByTimeRange"]> {
    return this.#ports.events.getEventsByTimeRange(...args);
  }
}
