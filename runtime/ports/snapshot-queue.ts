export interface SnapshotRequest {
  /** The kind of aggregate. @default what its log says */
  readonly aggregate?: string;
  readonly aggregateId: string;
  /** The version that reached a threshold. */
  readonly version: number;
  /** Events that had gathered then. @default whether a snapshot is due is found out by whoever makes it */
  readonly events?: number;
}

/** Asks another function for a snapshot. Error: `NEXUS_BUS_UNAVAILABLE`. */
export interface SnapshotQueue {
  send(request: SnapshotRequest): Promise<void>;
}
