import { nexusError } from "../kernel/errors.ts";
import type { ConnectionGateway, ConnectionStore, Notification } from "../ports/notifications.ts";
import type { Telemetry } from "../ports/runtime.ts";

export interface NotificationServicePorts {
  readonly connections: ConnectionStore;
  readonly gateway: ConnectionGateway;
  readonly telemetry: Telemetry;
}

/** Posts at once at most, so that a topic with many listeners does not exhaust the sockets. */
const PARALLEL_POSTS = 25;

/** Brings notifications to the clients that listen to their topic, at least once; clients drop repeats by version. */
export class NotificationService {
  readonly #ports: NotificationServicePorts;

  constructor(ports: NotificationServicePorts) {
    this.#ports = ports;
  }

  /**
   * Posts to every subscriber; connections that are gone are forgotten. Throws when a listener could not be reached
   * though it is there: sent again, all listeners get the notification again.
   */
  async notify(notification: Notification): Promise<void> {
    const { correlationId: _, traceparent: __, ...message } = notification;
    let undelivered = 0;
    let cause: unknown;
    for await (const page of this.#ports.connections.subscribers(notification.topic))
      for (let start = 0; start < page.length; start += PARALLEL_POSTS) {
        const outcomes = await Promise.allSettled(
          page
            .slice(start, start + PARALLEL_POSTS)
            .map((connectionId) => this.#post(connectionId, { type: "notification", ...message })),
        );
        for (const outcome of outcomes)
          if (outcome.status === "rejected") {
            undelivered++;
            cause = outcome.reason;
          }
      }
    if (undelivered > 0)
      throw nexusError("NEXUS_BUS_UNAVAILABLE", `${undelivered} listeners of ${notification.topic} were not reached`, {
        cause,
      });
  }

  async #post(connectionId: string, message: object): Promise<void> {
    const outcome = await this.#ports.gateway.post(connectionId, message);
    this.#ports.telemetry.metric(outcome === "gone" ? "ConnectionsGone" : "NotificationsDelivered", "Count", 1);
    if (outcome === "gone") await this.#ports.connections.disconnect(connectionId);
  }
}
