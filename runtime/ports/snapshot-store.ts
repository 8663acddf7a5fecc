import type { StreamMemento } from "../kernel/stream.ts";

/** Which commit a snapshot ends with: what a reader needs to go on in the log, and to see whether the log agrees. */
export interface SnapshotHeader extends Pick<StreamMemento, "version" | "commitVersion" | "committedAt" | "digest"> {
  readonly aggregateId: string;
}

export interface Snapshot extends StreamMemento, SnapshotHeader {
  readonly aggregate: string;
  /** Digest of the reducer that made the state; a snapshot of another reducer is never found. */
  readonly reducerHash: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A snapshot as it was found: its header at once, its body when it is asked for, which may be another round trip. */
export interface StoredSnapshot extends SnapshotHeader {
  /** The whole of it. Throws when it is gone, damaged, or of another commit than the header says. */
  load(): Promise<Snapshot>;
}

/** A cache of folded streams. Whatever goes wrong with it, the log has the truth. */
export interface SnapshotStore {
  /** The latest snapshot of a reducer, `undefined` when there is none. Throws when it cannot be read. */
  latest(aggregateId: string, reducerHash: string, upToVersion?: number): Promise<StoredSnapshot | undefined>;
  /** Keeps a snapshot unless that version is there. `too-large`: it does not fit the store; the log has to do. */
  save(snapshot: Snapshot): Promise<"saved" | "exists" | "too-large">;
}
