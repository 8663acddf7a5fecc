/** What an aggregate has gathered since its last snapshot, or since its beginning. */
export interface SnapshotProgress {
  readonly events: number;
  /** Size of the commits: as stored where they were read, before compression where this instance appended them. */
  readonly bytes: number;
  /** Instant of the first event that no snapshot holds, RFC 3339; `undefined` when there is none. */
  readonly since: string | undefined;
  /** How long it took to read the aggregate; 0 when it was at hand. */
  readonly rehydrationMs: number;
}

export interface SnapshotThresholds {
  readonly events: number;
  readonly bytes: number;
  readonly ageHours: number;
  readonly rehydrationMs: number;
  /** Age and time alone ask for no snapshot below this many events: one page of the log is cheaper than a snapshot. */
  readonly minimumEvents: number;
}

export const SNAPSHOT_THRESHOLDS: SnapshotThresholds = {
  events: 1_000,
  bytes: 1_048_576,
  ageHours: 24,
  rehydrationMs: 250,
  minimumEvents: 100,
};

export type SnapshotTrigger = "events" | "bytes" | "rehydration" | "age";

/** The first threshold that is reached, if any. `now` is in milliseconds since the epoch. */
export const snapshotTrigger = (
  progress: SnapshotProgress,
  now: number,
  thresholds: SnapshotThresholds = SNAPSHOT_THRESHOLDS,
): SnapshotTrigger | undefined => {
  if (progress.events >= thresholds.events) return "events";
  if (progress.bytes >= thresholds.bytes) return "bytes";
  if (progress.since === undefined || progress.events < thresholds.minimumEvents) return undefined;
  if (progress.rehydrationMs >= thresholds.rehydrationMs) return "rehydration";
  return now - Date.parse(progress.since) >= thresholds.ageHours * 3_600_000 ? "age" : undefined;
};
