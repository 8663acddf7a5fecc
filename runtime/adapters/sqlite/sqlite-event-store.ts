import type { DatabaseSync, StatementSync } from "node:sqlite";
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
import { type Durability, missingGuards, openEventFile, openEventFileToRead } from "./event-file.ts";
import { GroupCommit } from "./group-commit.ts";
import { decode, recordOf } from "./log-row.ts";
import { ALL_COLUMNS, COLUMNS, reading, rowOf, rowPages } from "./row-pages.ts";

export interface SqliteEventStoreOptions {
  /** @default "power-loss" */
  readonly durability?: Durability;
  /** Reads a file that is there, and changes nothing in it. @default false */
  readonly readOnly?: boolean;
}

/** As in DynamoDB, before compression: what is stored here fits there. */
const COMMIT_LIMIT_BYTES = 350 * 1_024;
const FARTHEST = Number.MAX_SAFE_INTEGER;

/**
 * The log in one SQLite file, for a service on one machine. Several processes may use the file. Commits that are
 * appended at the same time are made durable together; how durable is `durability`.
 * @example const events = new SqliteEventStore("data/events.db", { durability: "power-loss" });
 */
export class SqliteEventStore implements EventStore, CommitTimeline, EventLog {
  readonly #database: DatabaseSync;
  readonly #writes: GroupCommit;
  readonly #insert: StatementSync;
  readonly #last: StatementSync;
  readonly #holding: StatementSync;
  readonly #forward: StatementSync;
  readonly #backward: StatementSync;
  readonly #byTime: StatementSync;
  readonly #all: StatementSync;
  readonly #allOf: StatementSync;

  constructor(file: string, { durability = "power-loss", readOnly = false }: SqliteEventStoreOptions = {}) {
    const database = readOnly ? openEventFileToRead(file) : openEventFile(file, durability);
    this.#database = database;
    if (!readOnly) database.exec("PRAGMA busy_timeout = 0");
    this.#writes = new GroupCommit(database);
    const select = (rest: string, columns = COLUMNS) => {
      const statement = database.prepare(`SELECT ${columns} FROM commits WHERE ${rest}`);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#insert = database.prepare("INSERT INTO commits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    this.#last = select("aggregate_id = ? ORDER BY version DESC LIMIT 1");
    this.#holding = select("aggregate_id = ?1 AND version <= ?2 AND last_version >= ?2 ORDER BY version DESC LIMIT 1");
    this.#forward = select("aggregate_id = ? AND version BETWEEN ? AND ? ORDER BY version LIMIT ?");
    this.#backward = select("aggregate_id = ? AND version BETWEEN ? AND ? ORDER BY version DESC LIMIT ?");
    this.#byTime = select("time_key >= ? AND time_key < ? ORDER BY time_key LIMIT ?");
    this.#all = select("(aggregate_id, version) > (?, ?) ORDER BY aggregate_id, version LIMIT ?", ALL_COLUMNS);
    this.#allOf = select("aggregate_id = ? AND version > ? ORDER BY version LIMIT ?", ALL_COLUMNS);
  }

  append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit> {
    return this.#writes.run(() => {
      const commit = commitBehind(StreamHead.isLoaded(at) ? at : this.#verify(at), draft, sha256);
      const body = JSON.stringify(commit);
      if (Buffer.byteLength(body) > COMMIT_LIMIT_BYTES)
        throw nexusError("NEXUS_COMMIT_TOO_LARGE", `the commit takes over ${COMMIT_LIMIT_BYTES} bytes`, {
          context: { aggregateId: commit.aggregateId, limitBytes: COMMIT_LIMIT_BYTES },
        });
      const { aggregateId, version } = commit;
      const { changes } = this.#insert.run(aggregateId, version, lastVersion(commit), timeKeyOf(commit), body);
      if (changes === 1) return commit;
      const standing = this.#commit(this.#holding, aggregateId, version);
      if (standing !== undefined && sameCommand(standing, commit)) return standing;
      throw nexusError("NEXUS_VERSION_CONFLICT", `${aggregateId} already has a version ${version}`, {
        context: { aggregateId, version },
      });
    });
  }

  async *getEvents(aggregateId: string, options: ReadOptions = {}): AsyncGenerator<CommitPage> {
    const { fromVersion = 1, toVersion = FARTHEST, direction, types, firstPageCommits } = options;
    const holding = options.fromCommit ?? this.#commit(this.#holding, aggregateId, fromVersion)?.version;
    const from = Math.max(holding ?? fromVersion, 1);
    const pages = rowPages(
      direction === "backward"
        ? (last, limit) =>
            this.#backward.all(aggregateId, from, last === undefined ? toVersion : last.version - 1, limit)
        : (last, limit) =>
            this.#forward.all(aggregateId, last === undefined ? from : last.version + 1, toVersion, limit),
      firstPageCommits,
    );
    for (const rows of pages) {
      const kept = rows
        .map((row) => ({ commit: decode(row), bytes: row.body.length }))
        .filter(({ commit }) => holdsType(commit, types));
      yield { commits: kept.map(({ commit }) => commit), bytes: kept.map(({ bytes }) => bytes) };
    }
  }

  async *getEventsByTimeRange(range: TimeRange, options: TimeRangeOptions = {}): AsyncGenerator<EventPage> {
    const { after, pageCommits = 100 } = options;
    const { from, to } = timeKeyRange(range, after);
    const pages = rowPages(
      (last, limit) => this.#byTime.all(last === undefined ? from : `${last.timeKey}~`, to, limit),
      undefined,
      pageCommits,
    );
    for (const rows of pages)
      if (rows.length > 0)
        yield {
          events: rows.flatMap((row) => recordedEvents(decode(row))),
          commits: rows.length,
          token: rows.at(-1)?.timeKey ?? from,
        };
  }

  async *getCommitKeys(range: TimeRange): AsyncGenerator<readonly CommitKey[]> {
    const { from, to } = timeKeyRange(range);
    const pages = rowPages((last, limit) =>
      this.#byTime.all(last === undefined ? from : `${last.timeKey}~`, to, limit),
    );
    for (const rows of pages) yield rows.map(({ aggregateId, version }) => ({ aggregateId, version }));
  }

  async *getRecords(aggregateId?: string): AsyncGenerator<readonly LogRecord[]> {
    const pages = rowPages((last, limit) => {
      const version = last?.version ?? -FARTHEST;
      if (aggregateId !== undefined) return this.#allOf.all(aggregateId, version, limit);
      return this.#all.all(last?.aggregateId ?? "", version, limit);
    });
    for (const rows of pages) yield rows.map(recordOf);
  }

  /** Triggers that hold the file append-only and are gone, or not what they were: by name. */
  missingGuards(): readonly string[] {
    return missingGuards(this.#database);
  }

  /** Waits for what is being written and lets go of the file. */
  async close(): Promise<void> {
    await this.#writes.idle();
    this.#database.close();
  }

  #commit(statement: StatementSync, ...parameters: (string | number)[]): Commit | undefined {
    const columns = reading(() => statement.get(...parameters));
    return columns === undefined ? undefined : decode(rowOf(columns));
  }

  #verify({ aggregateId, version }: Pick<AppendPosition, "aggregateId" | "version">): AppendPosition {
    const last = this.#commit(this.#last, aggregateId);
    assertExpectedVersion({ kind: "exactly", version }, last === undefined ? 0 : lastVersion(last), aggregateId);
    return behind(aggregateId, last);
  }
}
