import type { AnyAggregate, ServiceCatalog } from "../kernel/catalog.ts";
import { nexusError } from "../kernel/errors.ts";
import { type Commit, partOf } from "../kernel/event.ts";
import { RehydratedStream } from "../kernel/stream.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { Snapshot, StoredSnapshot } from "../ports/snapshot-store.ts";
import { commitUpTo } from "./log-position.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";

export interface FoldLimits {
  /** Events that one answer folds. */
  readonly events: number;
  /** How long one answer folds, from when the request came. */
  readonly milliseconds: number;
}

/**
 * API Gateway waits 30 s and the function runs for 29. Of these the last page may take six (a try that waits out its
 * timeout, and those behind it), and the rest is for keeping the fold and answering.
 */
export const FOLD_LIMITS: FoldLimits = { events: 10_000, milliseconds: 20_000 };

/** What one answer may still fold. */
export interface Allowance {
  /** Events at most, but for those of the first commit. */
  readonly eventsLeft: number;
  /** Whether a commit fits, which then counts. */
  take(commit: Commit): boolean;
}

/** By number and by time. */
export class FoldBudget implements Allowance {
  readonly #runtime: Pick<Runtime, "now">;
  readonly #until: number;
  #eventsLeft: number;
  #taken = false;

  constructor(runtime: Pick<Runtime, "now">, { events, milliseconds }: FoldLimits) {
    this.#runtime = runtime;
    this.#until = runtime.now() + milliseconds;
    this.#eventsLeft = events;
  }

  get eventsLeft(): number {
    return this.#eventsLeft;
  }

  /** The first always fits: however little an answer may fold, the next one begins behind it. */
  take({ events }: Commit): boolean {
    if (this.#taken && (events.length > this.#eventsLeft || this.#runtime.now() >= this.#until)) return false;
    this.#taken = true;
    this.#eventsLeft -= events.length;
    return true;
  }
}

export interface TemporalFoldPorts {
  readonly catalog: ServiceCatalog;
  readonly events: Pick<EventStore, "getEvents">;
  readonly snapshots: Pick<SnapshotManager, "latest" | "load" | "confirms">;
}

/** Folds an aggregate up to a version of its past. */
export class TemporalFold {
  readonly #ports: TemporalFoldPorts;

  constructor(ports: TemporalFoldPorts) {
    this.#ports = ports;
  }

  /** A stream at its latest snapshot that is not behind `target` and that the log bears out; else at its beginning. */
  async begin(definition: AnyAggregate, aggregateId: string, target: number): Promise<RehydratedStream> {
    const { catalog, snapshots } = this.#ports;
    const found = target === 0 ? undefined : await snapshots.latest(definition, aggregateId, target);
    const memento = found && (await this.#confirmed(found));
    return new RehydratedStream(definition, aggregateId, catalog.upcaster, memento);
  }

  /**
   * Folds on to `target`, which may lie within a commit, and reads no further than the allowance goes; false when that
   * was not enough. Throws what the log and folding throw.
   */
  async advance(stream: RehydratedStream, target: number, allowance: Allowance): Promise<boolean> {
    if (stream.version >= target) return true;
    const { aggregateId } = stream;
    const reach = Math.min(target, stream.version + Math.max(1, allowance.eventsLeft));
    const range = { fromVersion: stream.version + 1, toVersion: reach };
    for await (const { commits, bytes } of this.#ports.events.getEvents(aggregateId, range))
      for (const [index, commit] of commits.entries()) {
        const part = partOf(commit, stream.version + 1, target);
        if (!allowance.take(part)) return false;
        stream.fold(part, bytes[index] ?? 0);
      }
    if (stream.version >= reach) return stream.version === target;
    throw nexusError("NEXUS_LOG_CORRUPT", `${aggregateId} ends at version ${stream.version} and had ${target}`, {
      context: { aggregateId, version: stream.version },
    });
  }

  async #confirmed(found: StoredSnapshot): Promise<Snapshot | undefined> {
    const { events, snapshots } = this.#ports;
    const { aggregateId, commitVersion } = found;
    const [snapshot, last] = await Promise.all([snapshots.load(found), commitUpTo(events, aggregateId, commitVersion)]);
    if (last === undefined || !snapshots.confirms(found, last)) return undefined;
    return snapshot;
  }
}
