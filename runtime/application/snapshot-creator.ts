import type { ServiceCatalog } from "../kernel/catalog.ts";
import type { SnapshotRequest } from "../ports/snapshot-queue.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";
import type { StreamLoader } from "./stream-loader.ts";

/** Makes the snapshots that command handlers ask for. */
export class SnapshotCreator {
  readonly #catalog: ServiceCatalog;
  readonly #loader: StreamLoader;
  readonly #snapshots: SnapshotManager;

  constructor(catalog: ServiceCatalog, loader: StreamLoader, snapshots: SnapshotManager) {
    this.#catalog = catalog;
    this.#loader = loader;
    this.#snapshots = snapshots;
  }

  /** Does nothing when a snapshot made meanwhile has put the threshold out of reach: requests come more than once. */
  async create(request: SnapshotRequest): Promise<void> {
    const kind = request.aggregate ?? (await this.#loader.kind(request.aggregateId));
    if (kind === undefined) return;
    const definition = this.#catalog.aggregate(kind);
    const stream = await this.#loader.load(definition, request.aggregateId);
    if (this.#snapshots.evaluateTriggerSync(stream) !== undefined) await this.#snapshots.create(definition, stream);
  }
}
