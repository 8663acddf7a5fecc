import type { Snapshot, SnapshotStore, StoredSnapshot } from "../../ports/snapshot-store.ts";

/** Snapshots in memory, for tests of services. */
export class MemorySnapshotStore implements SnapshotStore {
  readonly #snapshots = new Map<string, string>();

  async latest(
    aggregateId: string,
    reducerHash: string,
    upToVersion = Number.MAX_SAFE_INTEGER,
  ): Promise<StoredSnapshot | undefined> {
    const found = [...this.#snapshots.values()]
      .map((text) => JSON.parse(text) as Snapshot)
      .filter((snapshot) => snapshot.aggregateId === aggregateId && snapshot.reducerHash === reducerHash)
      .filter(({ version }) => version <= upToVersion)
      .sort((a, b) => b.version - a.version)[0];
    return found && { ...found, load: async () => found };
  }

  async save(snapshot: Snapshot): Promise<"saved" | "exists"> {
    const key = `${snapshot.aggregateId}#${snapshot.reducerHash}#${snapshot.version}`;
    if (this.#snapshots.has(key)) return "exists";
    this.#snapshots.set(key, JSON.stringify(snapshot));
    return "saved";
  }
}
