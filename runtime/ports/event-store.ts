import type { AppendPosition, CommitDraft } from "../kernel/commit.ts";
import type { Commit, RecordedEvent } from "../kernel/event.ts";
import type { LogFinding } from "../kernel/hash-chain.ts";
import type { StreamHead } from "../kernel/stream.ts";

export interface CommitPage {
  readonly commits: readonly Commit[];
  /** Size of each commit as stored, in the same order. */
  readonly bytes: readonly number[];
}

export interface ReadOptions {
  /** @default 1 */
  readonly fromVersion?: number;
  /** In place of `fromVersion` where a commit begins there if any does: spares looking for one that began before. */
  readonly fromCommit?: number;
  /** Inclusive. @default the end of the log */
  readonly toVersion?: number;
  /** `backward` begins at the end of the range. @default "forward" */
  readonly direction?: "forward" | "backward";
  /** Gives only the commits that hold an event of one of these types, each of them whole. */
  readonly types?: readonly string[];
  /** Commits of the first page at most, behind which nothing is read ahead; the others are as the store makes them. */
  readonly firstPageCommits?: number;
}

export interface TimeRange {
  /** RFC 3339, inclusive. */
  readonly from: string;
  /** RFC 3339, exclusive. */
  readonly to: string;
}

export interface TimeRangeOptions {
  /** The token of a page: the answer goes on behind it. */
  readonly after?: string;
  /** Commits a page at most. @default 100 */
  readonly pageCommits?: number;
}

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  /** Commits that they are of; fewer than a page takes in the last page alone. */
  readonly commits: number;
  /** Where to go on, in this process or another one; commits are never changed, so it holds for ever. */
  readonly token: string;
}

/** Where a commit stands. */
export interface CommitKey {
  readonly aggregateId: string;
  /** Version of its first event. */
  readonly version: number;
}

/**
 * The log of a service. Append-only, gapless within an aggregate, one commit all or nothing.
 * Every call fails with `NEXUS_EVENT_STORE_UNAVAILABLE` (send it again) or `NEXUS_ACCESS_DENIED` (the role).
 */
export interface EventStore {
  /**
   * Stores the commit directly behind `at`. A head was loaded; a bare version is verified by a consistent read first.
   * Ends in one known outcome: a write whose answer got lost is looked up, and the commit of the same command that
   * stands there counts as stored. The commit it gives holds the events of the draft as they are: one that JSON would
   * give back otherwise is for the caller to copy. Errors: `NEXUS_VERSION_CONFLICT`, `NEXUS_COMMIT_TOO_LARGE`, and `NEXUS_EVENT_INVALID`
   * for what JSON cannot carry.
   */
  append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit>;
  /**
   * Consistent pages of whole commits in order, those that hold `fromVersion` and `toVersion` included. A few pages of
   * at most 1 MB are in memory at a time. To go on later, ask from the version behind the last one.
   * Error: `NEXUS_LOG_CORRUPT`.
   */
  getEvents(aggregateId: string, options?: ReadOptions): AsyncIterable<CommitPage>;
  /**
   * The events of all aggregates committed in a range, by time, then aggregate, then version. Eventually consistent:
   * what was committed in the last seconds may come in behind a page that was read already.
   * Error: `NEXUS_REQUEST_INVALID` for a time or a token that cannot be read.
   */
  getEventsByTimeRange(range: TimeRange, options?: TimeRangeOptions): AsyncIterable<EventPage>;
}

/** The log for those who do not write to it. */
export type EventReader = Omit<EventStore, "append">;

/** Which aggregates were written to; reads no event. Errors as {@link EventStore.getEventsByTimeRange}. */
export interface CommitTimeline {
  getCommitKeys(range: TimeRange): AsyncIterable<readonly CommitKey[]>;
}

/** What stands at a place of the log. */
export interface LogRecord extends CommitKey {
  /** `undefined` when it cannot be read as a commit. */
  readonly commit: Commit | undefined;
  /** What the store sees wrong with it, without comparing it with others. */
  readonly findings: readonly LogFinding[];
}

/** The log as it lies in the store, for audits. */
export interface EventLog {
  /**
   * All that stands there, of an aggregate or of every one; what is of one aggregate follows each other in the order of
   * versions. What cannot be read is a finding. Errors as {@link EventStore}, but for `NEXUS_LOG_CORRUPT`.
   */
  getRecords(aggregateId?: string): AsyncIterable<readonly LogRecord[]>;
}
