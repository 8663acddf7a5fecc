import type { Notification } from "../../cli/client/notifications.ts";

export interface Lag {
  /** Milliseconds; null when no event was committed. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface LagMeter {
  readonly note: (notification: Notification) => void;
  lag(): Lag;
}

/**
 * Time from the commit of an event to the notification that `order-list` has it. The notification is sent after the
 * update, so a query saw the event earlier than this says: an upper bound, over every event and on one clock.
 */
export const lagMeter = (now: () => number = Date.now): LagMeter => {
  const lags: number[] = [];
  return {
    note: ({ projection, time }) => {
      if (projection === "order-list") lags.push(now() - Date.parse(time));
    },
    lag: () => {
      const sorted = lags.toSorted((a, b) => a - b);
      return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
    },
  };
};

/** Nearest rank. */
const percentile = (sorted: readonly number[], fraction: number): number | null =>
  sorted[Math.ceil(sorted.length * fraction) - 1] ?? null;
