import type { ReceivedEvent } from "../kernel/cloud-event.ts";
import type { ProjectionDefinition } from "../kernel/service.ts";
import type { Notification, NotificationQueue } from "../ports/notifications.ts";

/** Asks for the notifications that follow a change of a projection's documents. */
export class ProjectionNotifier {
  readonly #projection: ProjectionDefinition;
  readonly #queue: NotificationQueue;

  constructor(projection: ProjectionDefinition, queue: NotificationQueue) {
    this.#projection = projection;
    this.#queue = queue;
  }

  /** The events whose notification could not be asked for. */
  async request(events: readonly ReceivedEvent[]): Promise<ReadonlySet<ReceivedEvent>> {
    const { topic, name: projection } = this.#projection;
    if (topic === undefined || events.length === 0) return new Set();
    const outcomes = await this.#queue.send(
      events.map(
        (event): Notification => ({
          topic,
          projection,
          aggregate: event.aggregate,
          aggregateId: event.aggregateId,
          version: event.version,
          eventId: event.id,
          eventType: event.type,
          time: event.time,
          correlationId: event.correlationId,
          ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
        }),
      ),
    );
    return new Set(events.filter((_, index) => outcomes[index] !== undefined));
  }
}
