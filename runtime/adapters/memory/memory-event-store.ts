import { type AppendPosition, behind, type CommitDraft, commitBehind, sameCommand } from "../../kernel/commit.ts";
import { nexusError } from "../../kernel/errors.ts";
import { type Commit, holdsType, lastVersion, recordedEvents } from "../../kernel/event.ts";
import { assertExpectedVersion } from "../../kernel/expected-version.ts";
import { StreamHead } from "../../kernel/stream.ts";
import { timeKeyOf, timeKeyRange } from "../../kernel/timeline.ts";
import type {
  CommitKey,
  CommitPage,
  CommitTimeline,
  EventLog,
  EventPage,
  EventStore,
  LogRecord,
  ReadOptions,
  TimeRange,
  TimeRangeOptions,
} from "../../ports/event-store.ts";
import { sha256 } from "../node/sha256.ts";

const LIMIT_BYTES = 350 * 1_024;
const PAGE_COMMITS = 1_000;

interface Entry {
  readonly version: number;
  readonly lastVersion: number;
  readonly timeKey: string;
  readonly text: string;
  readonly bytes: number;
}

/** Where the commit stands that holds a version, or the first one behind it. From the end, where most is read. */
const positionOf = (log: readonly Entry[], version: number): number =>
  log.findLastIndex((entry) => entry.lastVersion < version) + 1;

const read = (entry: Entry): Commit => JSON.parse(entry.text) as Commit;

/** The log in memory, for tests of services. What it holds went through JSON, as in a table. */
export class MemoryEventStore implements EventStore, CommitTimeline, EventLog {
  readonly #logs = new Map<string, Entry[]>();

  async append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit> {
    const log = this.#logs.get(at.aggregateId) ?? [];
    const commit = commitBehind(StreamHead.isLoaded(at) ? at : verified(at, log.at(-1)), draft, sha256);
    const text = JSON.stringify(commit);
    const bytes = Buffer.byteLength(text);
    if (bytes > LIMIT_BYTES) throw nexusError("NEXUS_COMMIT_TOO_LARGE", `the commit is over ${LIMIT_BYTES} bytes`);
    const standing = log[positionOf(log, commit.version)];
    if (standing !== undefined) {
      const other = read(standing);
      if (standing.version === commit.version && sameCommand(other, commit)) return other;
      throw nexusError("NEXUS_VERSION_CONFLICT", `${commit.aggregateId} already has a version ${commit.version}`);
    }
    log.push({ version: commit.version, lastVersion: lastVersion(commit), timeKey: timeKeyOf(commit), text, bytes });
    this.#logs.set(commit.aggregateId, log);
    return commit;
  }

  async *getEvents(aggregateId: string, options: ReadOptions = {}): AsyncGenerator<CommitPage> {
    const { fromVersion = 1, fromCommit = fromVersion, toVersion = Number.MAX_SAFE_INTEGER, types } = options;
    const { direction = "forward", firstPageCommits = PAGE_COMMITS } = options;
    const log = this.#logs.get(aggregateId) ?? [];
    const inRange = log.slice(
      positionOf(log, fromCommit),
      log.findLastIndex((entry) => entry.version <= toVersion) + 1,
    );
    const entries = direction === "forward" ? inRange : inRange.reverse();
    for (let start = 0, size = firstPageCommits; start === 0 || start < entries.length; start += size) {
      size = start === 0 ? firstPageCommits : PAGE_COMMITS;
      const page = entries.slice(start, start + size).map((entry) => ({ commit: read(entry), bytes: entry.bytes }));
      const kept = page.filter(({ commit }) => holdsType(commit, types));
      yield {
        commits: kept.map(({ commit }) => commit),
        bytes: kept.map(({ bytes }) => bytes),
      };
    }
  }

  async *getEventsByTimeRange(range: TimeRange, options: TimeRangeOptions = {}): AsyncGenerator<EventPage> {
    const { after, pageCommits = 100 } = options;
    const { from, to } = timeKeyRange(range, after);
    const entries = [...this.#logs.values()]
      .flat()
      .filter(({ timeKey }) => timeKey >= from && timeKey < to)
      .sort((a, b) => (a.timeKey < b.timeKey ? -1 : 1));
    for (let start = 0; start < entries.length; start += pageCommits) {
      const page = entries.slice(start, start + pageCommits);
      yield {
        events: page.flatMap((entry) => recordedEvents(read(entry))),
        commits: page.length,
        token: page.at(-1)?.timeKey ?? from,
      };
    }
  }

  async *getCommitKeys(range: TimeRange): AsyncGenerator<readonly CommitKey[]> {
    const { from, to } = timeKeyRange(range);
    for (const [aggregateId, log] of this.#logs)
      yield log
        .filter(({ timeKey }) => timeKey >= from && timeKey < to)
        .map(({ version }) => ({ aggregateId, version }));
  }

  async *getRecords(aggregateId?: string): AsyncGenerator<readonly LogRecord[]> {
    const logs = aggregateId === undefined ? this.#logs.values() : [this.#logs.get(aggregateId) ?? []];
    for (const log of logs)
      yield log
        .map(read)
        .map((commit) => ({ aggregateId: commit.aggregateId, version: commit.version, commit, findings: [] }));
  }
}

const verified = (
  { aggregateId, version }: Pick<AppendPosition, "aggregateId" | "version">,
  last: Entry | undefined,
): AppendPosition => {
  assertExpectedVersion({ kind: "exactly", version }, last?.lastVersion ?? 0, aggregateId);
  return behind(aggregateId, last === undefined ? undefined : read(last));
};
