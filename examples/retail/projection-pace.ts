import type { CommandReceipt } from "../../cli/client/api-client.ts";
import type { Notification } from "../../cli/client/notifications.ts";

/** Longer is not waited for: the pace is a courtesy to readers, and a notification may be lost with a connection. */
const PATIENCE_MS = 1_000;

type Stored = Pick<CommandReceipt, "aggregateId" | "version">;

export interface ProjectionPace {
  readonly note: (notification: Pick<Notification, "projection" | "aggregateId" | "version">) => void;
  /** Settles when `order-list` has what the command led to, or after a while without that. */
  readonly seen: (stored: Stored) => Promise<void>;
}

/**
 * Lets a sender go no faster than the read model follows. Without it the queue between the two grows with whatever the
 * write side takes, and readers see ever older orders.
 */
export const projectionPace = (patienceMs = PATIENCE_MS): ProjectionPace => {
  const versions = new Map<string, number>();
  const waiting = new Set<{ readonly stored: Stored; readonly wake: () => void }>();
  const has = ({ aggregateId, version }: Stored): boolean => (versions.get(aggregateId) ?? 0) >= version;
  return {
    note: ({ projection, aggregateId, version }) => {
      if (projection !== "order-list") return;
      versions.set(aggregateId, Math.max(version, versions.get(aggregateId) ?? 0));
      for (const { stored, wake } of waiting) if (has(stored)) wake();
    },
    seen: async (stored) => {
      if (has(stored)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiter = { stored, wake: resolve };
      const patience = setTimeout(resolve, patienceMs);
      waiting.add(waiter);
      await promise;
      clearTimeout(patience);
      waiting.delete(waiter);
    },
  };
};
