import { SNAPSHOT_THRESHOLDS } from "../kernel/snapshot-policy.ts";
import type { CommitTimeline } from "../ports/event-store.ts";
import type { SnapshotQueue } from "../ports/snapshot-queue.ts";

const HOUR_MS = 3_600_000;
/** A schedule may be late: each run also looks at the end of what the run before it looked at. */
const OVERLAP_MS = 600_000;
/** Requests that are sent at the same time. */
const CONCURRENCY = 16;

/**
 * Asks for the snapshots that are due by age. Whatever is written to an aggregate comes of age a day later; so each
 * hourly run looks at the aggregates that were written to in the hour a day before, and at each of them once.
 */
export class SnapshotScheduler {
  readonly #timeline: CommitTimeline;
  readonly #queue: SnapshotQueue;

  constructor(timeline: CommitTimeline, queue: SnapshotQueue) {
    this.#timeline = timeline;
    this.#queue = queue;
  }

  /**
   * How many snapshots were asked for. `scheduledAt` is in milliseconds since the epoch. Whether one is due is decided
   * by who makes it; here those are left out that are too short for any, going by where their commits begin.
   */
  async requestDue(scheduledAt: number): Promise<number> {
    const { ageHours, minimumEvents } = SNAPSHOT_THRESHOLDS;
    const to = scheduledAt - ageHours * HOUR_MS;
    const range = { from: new Date(to - HOUR_MS - OVERLAP_MS).toISOString(), to: new Date(to).toISOString() };
    const versions = new Map<string, number>();
    for await (const keys of this.#timeline.getCommitKeys(range))
      for (const { aggregateId, version } of keys)
        versions.set(aggregateId, Math.max(version, versions.get(aggregateId) ?? 0));
    const due = [...versions].filter(([, version]) => version >= minimumEvents);
    const waiting = due.values();
    const work = async (): Promise<void> => {
      for (const [aggregateId, version] of waiting) await this.#queue.send({ aggregateId, version });
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, due.length) }, work));
    return due.length;
  }
}
