import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type AppendPosition, behind, type CommitDraft, commitBehind, sameCommand } from "../../kernel/commit.ts";
import { nexusError } from "../../kernel/errors.ts";
import { type Commit, lastVersion } from "../../kernel/event.ts";
import { assertExpectedVersion } from "../../kernel/expected-version.ts";
import { StreamHead } from "../../kernel/stream.ts";
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
import { isAmbiguous } from "../aws/errors.ts";
import type { RetryClock } from "../aws/retries.ts";
import { nodeRuntime } from "../node/node-runtime.ts";
import { sha256 } from "../node/sha256.ts";
import { EVENTS } from "./attributes.ts";
import { decodeCommit, encodeCommit } from "./commit-item.ts";
import { commitPages } from "./commit-pages.ts";
import { EventsTable, unavailable } from "./events-table.ts";
import { logRecords } from "./log-records.ts";
import { commitKeys, eventPages } from "./timestamp-index.ts";

/**
 * The log in one table, a commit an item. Uses PutItem and Query; BatchGetItem for ranges of time, Scan for the whole.
 * Give it a client that does not try again by itself: the store does, where it is safe (docs/event-store.md).
 */
export class DynamoEventStore implements EventStore, CommitTimeline, EventLog {
  readonly #table: EventsTable;

  constructor(client: DynamoDBClient, tableName: string, clock: RetryClock = nodeRuntime) {
    this.#table = new EventsTable(client, tableName, clock);
  }

  async append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit> {
    const commit = commitBehind(StreamHead.isLoaded(at) ? at : await this.#verify(at), draft, sha256);
    const put = new PutItemCommand({
      TableName: this.#table.name,
      Item: encodeCommit(commit),
      ConditionExpression: `attribute_not_exists(${EVENTS.partitionKey})`,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    // Whether any try may have taken effect, whatever the last one was told.
    let uncertain = false;
    try {
      // Safe to repeat: a put whose answer got lost meets its own commit.
      await this.#table.retried(async () => {
        try {
          await this.#table.client.send(put);
        } catch (error) {
          uncertain ||= isAmbiguous(error);
          throw error;
        }
      });
      return commit;
    } catch (error) {
      return this.#outcome(commit, error, uncertain);
    }
  }

  getEvents(aggregateId: string, options: ReadOptions = {}): AsyncIterable<CommitPage> {
    return commitPages(this.#table, aggregateId, options);
  }

  getEventsByTimeRange(range: TimeRange, options: TimeRangeOptions = {}): AsyncIterable<EventPage> {
    return eventPages(this.#table, range, options);
  }

  getCommitKeys(range: TimeRange): AsyncIterable<readonly CommitKey[]> {
    return commitKeys(this.#table, range);
  }

  getRecords(aggregateId?: string): AsyncIterable<readonly LogRecord[]> {
    return logRecords(this.#table, aggregateId);
  }

  async #verify({ aggregateId, version }: Pick<AppendPosition, "aggregateId" | "version">): Promise<AppendPosition> {
    const last = await this.#table.lastCommit(aggregateId);
    assertExpectedVersion({ kind: "exactly", version }, last === undefined ? 0 : lastVersion(last), aggregateId);
    return behind(aggregateId, last);
  }

  /** What became of a put that did not end in success: the item that stands there may well be our own. */
  async #outcome(commit: Commit, error: unknown, uncertain: boolean): Promise<Commit> {
    const refused = error instanceof ConditionalCheckFailedException;
    if (!refused && !uncertain) throw unavailable(error, "append");
    const standing = refused && error.Item ? decodeCommit(error.Item) : await this.#standing(commit, error);
    if (standing === undefined) throw unavailable(error, "append");
    if (sameCommand(standing, commit)) return standing;
    const { aggregateId, version } = commit;
    throw nexusError("NEXUS_VERSION_CONFLICT", `${aggregateId} already has a version ${version}`, {
      context: { aggregateId, version },
      cause: error,
    });
  }

  async #standing({ aggregateId, version }: Commit, cause: unknown): Promise<Commit | undefined> {
    try {
      return await this.#table.commitAt(aggregateId, version);
    } catch {
      // Not what the last try was told, which may say that nothing was written.
      const message = `could not find out whether version ${version} of ${aggregateId} was appended`;
      throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", message, { cause, context: { aggregateId, version } });
    }
  }
}
