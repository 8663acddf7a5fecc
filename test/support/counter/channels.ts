import { type NexusError, nexusError } from "../../../runtime/kernel/errors.ts";
import type { RecordedEvent } from "../../../runtime/kernel/event.ts";
import type { EventChannel } from "../../../runtime/ports/event-channel.ts";
import type { Notification, NotificationQueue } from "../../../runtime/ports/notifications.ts";
import type { SnapshotQueue, SnapshotRequest } from "../../../runtime/ports/snapshot-queue.ts";

export const unavailable = (): NexusError => nexusError("NEXUS_BUS_UNAVAILABLE", "throttled");

/** A road of the bus that remembers what it accepted, call by call, and refuses the ids it is told to, so many times. */
export class RecordingChannel implements EventChannel {
  readonly calls: string[][] = [];
  readonly accepted: RecordedEvent[] = [];
  readonly refuse = new Map<string, number>();
  failure: () => NexusError = unavailable;

  async send(events: readonly RecordedEvent[]): Promise<(NexusError | undefined)[]> {
    this.calls.push(events.map(({ id }) => id));
    return events.map((event) => {
      const left = this.refuse.get(event.id) ?? 0;
      if (left === 0) {
        this.accepted.push(event);
        return undefined;
      }
      this.refuse.set(event.id, left - 1);
      return this.failure();
    });
  }
}

export class RecordingNotificationQueue implements NotificationQueue {
  readonly sent: Notification[] = [];
  /** Event ids whose notification is refused. */
  readonly refuse = new Set<string>();

  async send(notifications: readonly Notification[]): Promise<(Error | undefined)[]> {
    return notifications.map((notification) => {
      if (this.refuse.has(notification.eventId)) return unavailable();
      this.sent.push(notification);
      return undefined;
    });
  }
}

export class RecordingSnapshotQueue implements SnapshotQueue {
  readonly requests: SnapshotRequest[] = [];
  failing = false;

  async send(request: SnapshotRequest): Promise<void> {
    if (this.failing) throw unavailable();
    this.requests.push(request);
  }
}
