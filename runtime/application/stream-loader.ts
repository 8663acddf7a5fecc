import type { AnyAggregate, ServiceCatalog } from "../kernel/catalog.ts";
import { RehydratedStream } from "../kernel/stream.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";

/** A log of at most this many commits is read whole; only a longer one is worth a look for a snapshot. */
export const COMMITS_BEFORE_SNAPSHOT = 100;

/** Folds an aggregate from its log, from its latest snapshot on where that saves reading. */
export class StreamLoader {
  readonly #catalog: ServiceCatalog;
  readonly #events: EventStore;
  readonly #snapshots: SnapshotManager;

  constructor(catalog: ServiceCatalog, events: EventStore, snapshots: SnapshotManager) {
    this.#catalog = catalog;
    this.#events = events;
    this.#snapshots = snapshots;
  }

  async load(definition: AnyAggregate, aggregateId: string): Promise<RehydratedStream> {
    const stream = new RehydratedStream(definition, aggregateId, this.#catalog.upcaster);
    const pages = this.#events.getEvents(aggregateId, { firstPageCommits: COMMITS_BEFORE_SNAPSHOT });
    let looked = false;
    for await (const page of pages) {
      page.commits.forEach((commit, index) => {
        stream.fold(commit, page.bytes[index] ?? 0);
      });
      if (!page.more || looked) continue;
      looked = true;
      const shortcut = await this.#fromSnapshot(definition, stream);
      if (shortcut !== undefined) return shortcut;
    }
    return stream;
  }

  /** What was written since the stream was read. */
  async refresh(stream: RehydratedStream): Promise<void> {
    const pages = this.#events.getEvents(stream.aggregateId, { fromVersion: stream.version + 1 });
    for await (const { commits, bytes } of pages)
      commits.forEach((commit, index) => {
        if (commit.version > stream.version) stream.fold(commit, bytes[index] ?? 0);
      });
  }

  /** `undefined` when there is none that goes beyond what is read, or when the log does not bear it out. */
  async #fromSnapshot(definition: AnyAggregate, read: RehydratedStream): Promise<RehydratedStream | undefined> {
    const snapshot = await this.#snapshots.latest(definition, read.aggregateId);
    if (snapshot === undefined || snapshot.version <= read.version) return undefined;
    const stream = new RehydratedStream(definition, read.aggregateId, this.#catalog.upcaster, snapshot);
    let confirmed = false;
    for await (const { commits, bytes } of this.#events.getEvents(read.aggregateId, {
      fromVersion: snapshot.commitVersion,
    }))
      for (const [index, commit] of commits.entries()) {
        if (confirmed) stream.fold(commit, bytes[index] ?? 0);
        else if (!this.#snapshots.confirms(snapshot, commit)) return undefined;
        confirmed = true;
      }
    if (!confirmed) this.#snapshots.refuse(snapshot, "it is ahead of the log");
    return confirmed ? stream : undefined;
  }
}
