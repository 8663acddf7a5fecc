import { EventEmitter, once } from "node:events";
import type { Notification } from "../../cli/client/notifications.ts";

export interface NotificationInbox {
  readonly put: (notification: Notification) => void;
  /**
   * Waits until both read models have told of a version of the order; gives their names.
   * @throws an error that says which have
   */
  awaitProjections(aggregateId: string, version: number, deadlineMs: number): Promise<readonly string[]>;
}

const PROJECTIONS = ["order-list", "order-search"];

/** Keeps what a subscription received, so that it can be asked for before or after it came. */
export const inbox = (): NotificationInbox => {
  const arrivals = new EventEmitter();
  const heard = new Map<string, Set<string>>();
  const heardOf = (aggregateId: string, version: number) => heard.get(`${aggregateId}/${version}`) ?? new Set<string>();
  return {
    put: ({ aggregateId, version, projection }) => {
      heard.set(`${aggregateId}/${version}`, heardOf(aggregateId, version).add(projection));
      arrivals.emit("arrived");
    },
    awaitProjections: async (aggregateId, version, deadlineMs) => {
      const deadline = AbortSignal.timeout(deadlineMs);
      while (!PROJECTIONS.every((name) => heardOf(aggregateId, version).has(name)))
        await once(arrivals, "arrived", { signal: deadline }).catch(() => {
          const names = [...heardOf(aggregateId, version)].join(", ") || "none";
          throw new Error(
            `notifications of ${aggregateId} version ${version}: not all within ${deadlineMs / 1000} s, had ${names}`,
          );
        });
      return PROJECTIONS;
    },
  };
};
