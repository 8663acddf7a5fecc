import type { AnyAggregate, ServiceCatalog } from "../kernel/catalog.ts";
import { type Commit, lastVersion } from "../kernel/event.ts";
import { RehydratedStream } from "../kernel/stream.ts";
import type { CommitPage, EventStore } from "../ports/event-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { StoredSnapshot } from "../ports/snapshot-store.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";
import type { StreamCache } from "./stream-cache.ts";

/** Commits that a load reads from the end of a log, while it looks for a snapshot. Most logs are no longer. */
export const TAIL_COMMITS = 32;

/** Snapshots that a load looks at, from the latest, before it reads the whole log. */
const SNAPSHOTS_TRIED = 3;

type Read = readonly [commit: Commit, bytes: number];

const entries = ({ commits, bytes }: CommitPage): Read[] =>
  commits.map((commit, index) => [commit, bytes[index] ?? 0] as const);

export interface StreamLoaderPorts {
  readonly catalog: ServiceCatalog;
  readonly events: EventStore;
  readonly snapshots: SnapshotManager;
  readonly runtime: Pick<Runtime, "now">;
  /** Where streams are kept between commands. @default none is */
  readonly cache?: StreamCache;
}

/** Folds an aggregate from its log, from what is at hand of it: a stream kept warm, else its latest snapshot. */
export class StreamLoader {
  readonly #ports: StreamLoaderPorts;

  constructor(ports: StreamLoaderPorts) {
    this.#ports = ports;
  }

  /** The aggregate as of now. Two round trips where there is a snapshot, one where the stream is warm. */
  async load(definition: AnyAggregate, aggregateId: string): Promise<RehydratedStream> {
    const { cache, runtime } = this.#ports;
    const warm = cache?.take(aggregateId);
    if (warm !== undefined && warm.definition === definition) {
      await this.refresh(warm);
      return warm;
    }
    const startedAt = runtime.now();
    const stream = await this.#read(definition, aggregateId);
    stream.rehydratedIn(runtime.now() - startedAt);
    return stream;
  }

  /** Keeps a stream for the next command. It must hold nothing but what stands in the log. */
  keep(stream: RehydratedStream): void {
    if (stream.version > 0) this.#ports.cache?.put(stream);
  }

  /** What was written since the stream was read. */
  async refresh(stream: RehydratedStream): Promise<void> {
    for await (const page of this.#ports.events.getEvents(stream.aggregateId, { fromCommit: stream.version + 1 }))
      for (const [commit, bytes] of entries(page)) stream.fold(commit, bytes);
  }

  /** The commit that begins at a version; `undefined` when none does. */
  async commit(aggregateId: string, version: number): Promise<Commit | undefined> {
    const options = { fromCommit: version, toVersion: version };
    for await (const { commits } of this.#ports.events.getEvents(aggregateId, options)) return commits[0];
    return undefined;
  }

  /** The kind of an aggregate, by its last commit; `undefined` when there is none. */
  async kind(aggregateId: string): Promise<string | undefined> {
    const options = { direction: "backward", firstPageCommits: 1 } as const;
    for await (const { commits } of this.#ports.events.getEvents(aggregateId, options)) return commits[0]?.aggregate;
    return undefined;
  }

  async #read(definition: AnyAggregate, aggregateId: string): Promise<RehydratedStream> {
    const { events, snapshots } = this.#ports;
    // Side by side with the tail, which often is the whole log: then nobody waits for it.
    const snapshot = snapshots.latest(definition, aggregateId);
    let tail: readonly Read[] = [];
    for await (const page of events.getEvents(aggregateId, { direction: "backward", firstPageCommits: TAIL_COMMITS })) {
      tail = entries(page).reverse();
      break;
    }
    const [first, last] = [tail[0]?.[0], tail.at(-1)?.[0]];
    if (first !== undefined && last !== undefined && first.version > 1) {
      let found = await snapshot;
      for (let tried = 0; found !== undefined && tried < SNAPSHOTS_TRIED; tried++) {
        const stream = await this.#fromSnapshot(definition, found, tail);
        if (stream !== undefined) return stream;
        // One that is wrong must not hide those before it, nor one from beyond the end of the log all of them.
        found = await snapshots.latest(definition, aggregateId, Math.min(found.version - 1, lastVersion(last)));
      }
    }
    const stream = new RehydratedStream(definition, aggregateId, this.#ports.catalog.upcaster);
    for await (const [commit, bytes] of this.#commitsFrom(aggregateId, 1, tail)) stream.fold(commit, bytes);
    return stream;
  }

  /** `undefined` when the log does not bear the snapshot out, or its body cannot be read: both are asked for at once. */
  async #fromSnapshot(
    definition: AnyAggregate,
    found: StoredSnapshot,
    tail: readonly Read[],
  ): Promise<RehydratedStream | undefined> {
    const { catalog, snapshots } = this.#ports;
    const commits = this.#commitsFrom(found.aggregateId, found.commitVersion, tail);
    const [last, snapshot] = await Promise.all([commits.next(), snapshots.load(found)]);
    if (last.done) snapshots.refuse(found, "it is ahead of the log");
    if (last.done || !snapshots.confirms(found, last.value[0]) || snapshot === undefined) return undefined;
    const stream = new RehydratedStream(definition, found.aggregateId, catalog.upcaster, snapshot);
    for await (const [commit, bytes] of commits) stream.fold(commit, bytes);
    return stream;
  }

  /** The commits from a version on: up to the tail from the log, which never changes there, then the tail. */
  async *#commitsFrom(aggregateId: string, fromCommit: number, tail: readonly Read[]): AsyncGenerator<Read> {
    const first = tail[0]?.[0].version ?? 1;
    if (fromCommit < first)
      for await (const page of this.#ports.events.getEvents(aggregateId, { fromCommit, toVersion: first - 1 }))
        yield* entries(page);
    for (const read of tail) if (read[0].version >= fromCommit) yield read;
  }
}
