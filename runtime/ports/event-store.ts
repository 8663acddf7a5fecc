import type { AppendPosition, CommitDraft } from "../kernel/commit.ts";
import type { Commit, RecordedEvent } from "../kernel/event.ts";
import type { StreamHead } from "../kernel/stream.ts";

export interface CommitPage {
  readonly commits: readonly Commit[];
  /** Size of each commit as stored, in the same order. */
  readonly bytes: readonly number[];
  /** True when the log goes on behind this page. */
  readonly more: boolean;
}

export interface ReadOptions {
  /** @default 1 */
  readonly fromVersion?: number;
  /** Commits of the first page at most; the others are as large as the store makes them. */
  readonly firstPageCommits?: number;
}

export interface TimeRange {
  /** RFC 3339, inclusive. */
  readonly from: string;
  /** RFC 3339, exclusive. */
  readonly to: string;
}

/**
 * The log of a service. Append-only, gapless within an aggregate, one commit all or nothing.
 * Every call fails with `NEXUS_EVENT_STORE_UNAVAILABLE` (send it again) or `NEXUS_ACCESS_DENIED` (the role).
 */
export interface EventStore {
  /**
   * Stores the commit directly behind `at`. A head was loaded; a bare version is verified by a consistent read first.
   * Ends in one known outcome: a write whose answer got lost is looked up, and the commit of the same command that
   * stands there counts as stored. Errors: `NEXUS_VERSION_CONFLICT`, `NEXUS_COMMIT_TOO_LARGE`.
   */
  append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit>;
  /**
   * Consistent pages of whole commits in order, beginning with the one that holds `fromVersion`.
   * Error: `NEXUS_LOG_CORRUPT`.
   */
  getEvents(aggregateId: string, options?: ReadOptions): AsyncIterable<CommitPage>;
  /** The events of all aggregates committed in a range, by time, then aggregate, then version. Eventually consistent. */
  getEventsByTimeRange(range: TimeRange): AsyncIterable<RecordedEvent>;
}
