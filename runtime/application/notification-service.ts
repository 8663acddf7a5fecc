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
   * Posts each notification to every subscriber; connections that are gone are forgotten. What became of each, in the
   * same order: the error of one that did not reach a listener though it is there. Sent again, all listeners get it again.
   */
  async notify(notifications: readonly Notification[]): Promise<readonly (Error | undefined)[]> {
    const failures = new Map<Notification, Error>();
    for (const [topic, group] of Map.groupBy(notifications, (notification) => notification.topic)) {
      const subscribers = await this.#subscribers(topic).catch((error: Error) => error);
      for (const notification of group) {
        const failure = subscribers instanceof Error ? subscribers : await this.#deliver(notification, subscribers);
        if (failure !== undefined) failures.set(notification, failure);
      }
    }
    return notifications.map((notification) => failures.get(notification));
  }

  /** Read once a batch: whoever subscribed before the notifications were taken from the queue is among them. */
  async #subscribers(topic: string): Promise<Set<string>> {
    const subscribers = new Set<string>();
    for await (const page of this.#ports.connections.subscribers(topic)) for (const id of page) subscribers.add(id);
    return subscribers;
  }

  async #deliver(notification: Notification, subscribers: Set<string>): Promise<Error | undefined> {
    const { correlationId: _, traceparent: __, ...message } = notification;
    const ids = [...subscribers];
    let undelivered = 0;
    let cause: unknown;
    for (let start = 0; start < ids.length; start += PARALLEL_POSTS) {
      const posts = ids.slice(start, start + PARALLEL_POSTS).map(async (id) => {
        if ((await this.#post(id, { type: "notification", ...message })) === "gone") subscribers.delete(id);
      });
      for (const outcome of await Promise.allSettled(posts)) {
        if (outcome.status === "fulfilled") continue;
        undelivered++;
        cause = outcome.reason;
      }
    }
    if (undelivered === 0) return undefined;
    const detail = `${undelivered} listeners of ${notification.topic} were not reached`;
    return nexusError("NEXUS_BUS_UNAVAILABLE", detail, { cause });
  }

  async #post(connectionId: string, message: object): Promise<"delivered" | "gone"> {
    const outcome = await this.#ports.gateway.post(connectionId, message);
    this.#ports.telemetry.metric(outcome === "gone" ? "ConnectionsGone" : "NotificationsDelivered", "Count", 1);
    if (outcome === "gone") await this.#ports.connections.disconnect(connectionId);
    return outcome;
  }
}
