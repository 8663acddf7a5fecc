import { type AppendPosition, type CommitDraft, commitBehind, sameCommand } from "../../kernel/commit.ts";
import { nexusError } from "../../kernel/errors.ts";
import { type Commit, lastVersion, type RecordedEvent, recordedEvents } from "../../kernel/event.ts";
import { assertExpectedVersion } from "../../kernel/expected-version.ts";
import { StreamHead } from "../../kernel/stream.ts";
import type { CommitPage, EventStore, ReadOptions, TimeRange } from "../../ports/event-store.ts";

const LIMIT_BYTES = 350 * 1_024;
const PAGE_COMMITS = 1_000;

/** The log in memory, for tests of services. What it holds went through JSON, as in a table. */
export class MemoryEventStore implements EventStore {
  readonly #logs = new Map<string, string[]>();

  async append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit> {
    const head = StreamHead.isLoaded(at) ? at : this.#verify(at);
    const commit = commitBehind(head, draft);
    const text = JSON.stringify(commit);
    if (Buffer.byteLength(text) > LIMIT_BYTES)
      throw nexusError("NEXUS_COMMIT_TOO_LARGE", `the commit is over ${LIMIT_BYTES} bytes`);
    const log = this.#logs.get(commit.aggregateId) ?? [];
    const standing = this.#commits(commit.aggregateId).find((other) => lastVersion(other) >= commit.version);
    if (standing !== undefined && standing.version === commit.version && sameCommand(standing, commit)) return standing;
    if (standing !== undefined)
      throw nexusError("NEXUS_VERSION_CONFLICT", `${commit.aggregateId} already has a version ${commit.version}`);
    this.#logs.set(commit.aggregateId, [...log, text]);
    return JSON.parse(text) as Commit;
  }

  async *getEvents(aggregateId: string, options: ReadOptions = {}): AsyncGenerator<CommitPage> {
    const { fromVersion = 1, firstPageCommits = PAGE_COMMITS } = options;
    const commits = this.#commits(aggregateId).filter((commit) => lastVersion(commit) >= fromVersion);
    for (let start = 0, size = firstPageCommits; start === 0 || start < commits.length; start += size) {
      size = start === 0 ? firstPageCommits : PAGE_COMMITS;
      const page = commits.slice(start, start + size);
      const bytes = page.map((commit) => Buffer.byteLength(JSON.stringify(commit.events)));
      yield { commits: page, bytes, more: start + size < commits.length };
    }
  }

  async *getEventsByTimeRange({ from, to }: TimeRange): AsyncGenerator<RecordedEvent> {
    const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
    const key = (commit: Commit) =>
      `${commit.committedAt}#${commit.aggregateId}#${String(commit.version).padStart(12, "0")}`;
    const commits = [...this.#logs.keys()]
      .flatMap((aggregateId) => this.#commits(aggregateId))
      .filter((commit) => commit.committedAt >= start && commit.committedAt < end)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
    for (const commit of commits) yield* recordedEvents(commit);
  }

  #commits(aggregateId: string): Commit[] {
    return (this.#logs.get(aggregateId) ?? []).map((text) => JSON.parse(text) as Commit);
  }

  #verify({ aggregateId, version }: Pick<AppendPosition, "aggregateId" | "version">): AppendPosition {
    const last = this.#commits(aggregateId).at(-1);
    const actual = last === undefined ? 0 : lastVersion(last);
    assertExpectedVersion({ kind: "exactly", version }, actual, aggregateId);
    return { aggregateId, version: actual, committedAt: last?.committedAt };
  }
}
