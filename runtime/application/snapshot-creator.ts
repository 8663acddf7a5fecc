import type { ServiceCatalog } from "../kernel/catalog.ts";
import type { RehydratedStream } from "../kernel/stream.ts";
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

  /**
   * Does what it is asked for, whether or not it would have asked itself: how fast an aggregate is read, and how much of
   * it is known unpacked, differs from instance to instance. Nothing when a snapshot made meanwhile holds more than half
   * of what had gathered: requests come more than once, and from several instances.
   */
  async create(request: SnapshotRequest): Promise<void> {
    const kind = request.aggregate ?? (await this.#loader.kind(request.aggregateId));
    if (kind === undefined) return;
    const definition = this.#catalog.aggregate(kind);
    const stream = await this.#loader.load(definition, request.aggregateId);
    if (this.#isDue(request, stream)) await this.#snapshots.create(definition, stream);
  }

  #isDue({ version, events }: SnapshotRequest, stream: RehydratedStream): boolean {
    if (events === undefined) return this.#snapshots.evaluateTriggerSync(stream) !== undefined;
    const latest = stream.version - stream.progress.events;
    return 2 * (version - latest) >= events;
  }
}
