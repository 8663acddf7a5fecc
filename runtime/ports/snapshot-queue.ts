export interface SnapshotRequest {
  /** The kind of aggregate. @default what its log says */
  readonly aggregate?: string;
  readonly aggregateId: string;
  /** The version that reached a threshold. */
  readonly version: number;
}

/** Asks another function for a snapshot. Error: `NEXUS_BUS_UNAVAILABLE`. */
export interface SnapshotQueue {
  send(request: SnapshotRequest): Promise<void>;
}
