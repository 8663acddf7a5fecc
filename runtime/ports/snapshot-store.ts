import type { StreamMemento } from "../kernel/stream.ts";

export interface Snapshot extends StreamMemento {
  readonly aggregate: string;
  readonly aggregateId: string;
  /** Digest of the reducer that made the state; a snapshot of another reducer is never found. */
  readonly reducerHash: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A cache of folded streams. Whatever goes wrong with it, the log has the truth. */
export interface SnapshotStore {
  /** The latest snapshot of a reducer, `undefined` when there is none. Throws when it cannot be read. */
  latest(aggregateId: string, reducerHash: string): Promise<Snapshot | undefined>;
  /** Keeps a snapshot unless that version is there. `too-large`: it does not fit the store; the log has to do. */
  save(snapshot: Snapshot): Promise<"saved" | "exists" | "too-large">;
}
