import { canonicalJson } from "../kernel/canonical-json.ts";
import type { AnyAggregate } from "../kernel/catalog.ts";
import { type Commit, lastVersion } from "../kernel/event.ts";
import { type SnapshotTrigger, snapshotTrigger } from "../kernel/snapshot-policy.ts";
import type { RehydratedStream } from "../kernel/stream.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";
import type { SnapshotQueue } from "../ports/snapshot-queue.ts";
import type { Snapshot, SnapshotHeader, SnapshotStore, StoredSnapshot } from "../ports/snapshot-store.ts";

export interface SnapshotManagerPorts {
  readonly store: SnapshotStore;
  /** Only where commands are handled; the function that makes snapshots asks for none. */
  readonly queue?: SnapshotQueue;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  /** Digest of the service's code, when the bundle carries one: with it, any change of it sets old snapshots aside. */
  readonly codeHash?: string;
}

/** Snapshots are a cache: what is missing, broken, from another reducer or ahead of the log is ignored and reported. */
export class SnapshotManager {
  readonly #ports: SnapshotManagerPorts;
  readonly #hashes = new Map<string, string>();

  constructor(ports: SnapshotManagerPorts) {
    this.#ports = ports;
  }

  /** Whether the stream has gathered enough for a new snapshot. Reads nothing. */
  evaluateTriggerSync(stream: RehydratedStream): SnapshotTrigger | undefined {
    return snapshotTrigger(stream.progress, this.#ports.runtime.now());
  }

  /**
   * Asks for a snapshot through the queue; a promise left un-awaited would end with the invocation. A failure is
   * reported and forgotten: the next command finds the same threshold.
   */
  async createSnapshotAsync(stream: RehydratedStream): Promise<void> {
    const { aggregateId, version, definition, progress } = stream;
    try {
      await this.#ports.queue?.send({ aggregate: definition.name, aggregateId, version, events: progress.events });
      stream.snapshotRequested();
    } catch (error) {
      this.#ports.telemetry.error("snapshot not asked for", error, { aggregateId, version });
    }
  }

  /** Keeps the stream as a snapshot; nothing when its log is empty. */
  async create(definition: AnyAggregate, stream: RehydratedStream): Promise<void> {
    const memento = stream.memento();
    if (memento === undefined) return;
    const { store, runtime, telemetry } = this.#ports;
    const outcome = await store.save({
      ...memento,
      aggregate: definition.name,
      aggregateId: stream.aggregateId,
      reducerHash: this.reducerHash(definition),
      createdAt: new Date(runtime.now()).toISOString(),
    });
    telemetry.metric("SnapshotsCreated", "Count", outcome === "saved" ? 1 : 0);
    if (outcome === "too-large")
      telemetry.warn("snapshot too large, not kept", { aggregateId: stream.aggregateId, version: stream.version });
  }

  /** The latest snapshot, or the latest that holds no event behind a version. */
  latest(definition: AnyAggregate, aggregateId: string, upToVersion?: number): Promise<StoredSnapshot | undefined> {
    const { store } = this.#ports;
    return this.#orIgnored(aggregateId, () => store.latest(aggregateId, this.reducerHash(definition), upToVersion));
  }

  /** The whole of a snapshot that was found; `undefined` when it cannot be read. */
  load(snapshot: StoredSnapshot): Promise<Snapshot | undefined> {
    return this.#orIgnored(snapshot.aggregateId, () => snapshot.load());
  }

  /** Whether the log holds, at the snapshot's last commit, what the snapshot says. */
  confirms(snapshot: SnapshotHeader, commit: Commit): boolean {
    const agrees =
      commit.version === snapshot.commitVersion &&
      lastVersion(commit) === snapshot.version &&
      commit.committedAt === snapshot.committedAt &&
      commit.chain.digest === snapshot.digest;
    if (!agrees) this.refuse(snapshot, "the log says otherwise");
    return agrees;
  }

  refuse(snapshot: SnapshotHeader, reason: string): void {
    const { aggregateId, version } = snapshot;
    this.#ports.telemetry.warn(`snapshot ignored: ${reason}`, { aggregateId, version });
  }

  /**
   * Names the reducer by the version its aggregate gives it; else by the service's code where its digest is known, or by
   * the reducer's own text. Always by the initial state and the schemas of the events it folds as well.
   */
  reducerHash(definition: AnyAggregate): string {
    const known = this.#hashes.get(definition.name);
    if (known !== undefined) return known;
    const hash = this.#ports.runtime.digest(
      canonicalJson({
        name: definition.name,
        initialState: definition.initialState(),
        code: definition.stateVersion ?? this.#ports.codeHash ?? definition.evolve.toString(),
        events: definition.events.map((event) => event.hash),
      }),
    );
    this.#hashes.set(definition.name, hash);
    return hash;
  }

  async #orIgnored<T>(aggregateId: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#ports.telemetry.error("snapshot ignored", error, { aggregateId });
      return undefined;
    }
  }
}
