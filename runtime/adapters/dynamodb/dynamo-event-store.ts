import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type AppendPosition, type CommitDraft, commitBehind, sameCommand } from "../../kernel/commit.ts";
import { type NexusError, nexusError } from "../../kernel/errors.ts";
import { type Commit, lastVersion, type RecordedEvent } from "../../kernel/event.ts";
import { assertExpectedVersion } from "../../kernel/expected-version.ts";
import { StreamHead } from "../../kernel/stream.ts";
import type { CommitPage, EventStore, ReadOptions, TimeRange } from "../../ports/event-store.ts";
import { isAmbiguous, translateAwsError } from "../aws/errors.ts";
import { EVENTS } from "./attributes.ts";
import { commitBytes, decodeCommit, encodeCommit } from "./commit-item.ts";
import { eventsByTimeRange } from "./timestamp-index.ts";

const unavailable = (error: unknown, what: string): NexusError =>
  translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", what);

interface RawPage extends CommitPage {
  readonly next: Record<string, AttributeValue> | undefined;
}

/** The log in one table, a commit an item. Uses PutItem and Query alone, BatchGetItem for ranges of time. */
export class DynamoEventStore implements EventStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async append(at: StreamHead | Pick<AppendPosition, "aggregateId" | "version">, draft: CommitDraft): Promise<Commit> {
    const commit = commitBehind(StreamHead.isLoaded(at) ? at : await this.#verify(at), draft);
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: encodeCommit(commit),
      ConditionExpression: `attribute_not_exists(${EVENTS.partitionKey})`,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await this.#client.send(put);
      return commit;
    } catch (error) {
      return this.#outcome(commit, error);
    }
  }

  async *getEvents(aggregateId: string, options: ReadOptions = {}): AsyncGenerator<CommitPage> {
    const { fromVersion = 1, firstPageCommits } = options;
    const first = await this.#page(aggregateId, fromVersion, undefined, firstPageCommits);
    if (fromVersion > 1 && first.commits[0]?.version !== fromVersion) {
      const holding = await this.#lastCommit(aggregateId, fromVersion - 1);
      if (holding !== undefined && lastVersion(holding) >= fromVersion)
        yield { commits: [holding], bytes: [0], more: first.commits.length > 0 };
    }
    yield first;
    let ahead = this.#ahead(aggregateId, fromVersion, first);
    while (ahead !== undefined) {
      const page = await ahead;
      ahead = this.#ahead(aggregateId, fromVersion, page);
      yield page;
    }
  }

  getEventsByTimeRange(range: TimeRange): AsyncIterable<RecordedEvent> {
    return eventsByTimeRange(this.#client, this.#tableName, range);
  }

  async #verify({ aggregateId, version }: Pick<AppendPosition, "aggregateId" | "version">): Promise<AppendPosition> {
    const last = await this.#lastCommit(aggregateId);
    const actual = last === undefined ? 0 : lastVersion(last);
    assertExpectedVersion({ kind: "exactly", version }, actual, aggregateId);
    return { aggregateId, version: actual, committedAt: last?.committedAt };
  }

  /**
   * What became of a put that did not answer with success. The SDK has tried again where that is safe, so the item
   * that stands there may well be our own.
   */
  async #outcome(commit: Commit, error: unknown): Promise<Commit> {
    const refused = error instanceof ConditionalCheckFailedException;
    if (!refused && !isAmbiguous(error)) throw unavailable(error, "append");
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
      const { Items } = await this.#client.send(
        this.#query({
          KeyConditionExpression: `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} = :version`,
          ExpressionAttributeValues: { ":id": { S: aggregateId }, ":version": { N: String(version) } },
        }),
      );
      return Items?.[0] === undefined ? undefined : decodeCommit(Items[0]);
    } catch {
      throw unavailable(cause, "append");
    }
  }

  /** The last commit that begins at or before a version. */
  async #lastCommit(aggregateId: string, upTo?: number): Promise<Commit | undefined> {
    try {
      const { Items } = await this.#client.send(
        this.#query({
          KeyConditionExpression:
            upTo === undefined
              ? `${EVENTS.partitionKey} = :id`
              : `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} <= :upTo`,
          ExpressionAttributeValues: {
            ":id": { S: aggregateId },
            ...(upTo === undefined ? {} : { ":upTo": { N: String(upTo) } }),
          },
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      return Items?.[0] === undefined ? undefined : decodeCommit(Items[0]);
    } catch (error) {
      throw unavailable(error, "read the log");
    }
  }

  /** Sets off for the page behind one, so that it comes while this one is folded. */
  #ahead(aggregateId: string, fromVersion: number, { next }: RawPage): Promise<RawPage> | undefined {
    if (next === undefined) return undefined;
    const page = this.#page(aggregateId, fromVersion, next);
    // Whoever stops reading early never awaits it; who reads on still meets the rejection.
    page.catch(() => undefined);
    return page;
  }

  async #page(
    aggregateId: string,
    fromVersion: number,
    start: Record<string, AttributeValue> | undefined,
    limit?: number,
  ): Promise<RawPage> {
    try {
      const { Items = [], LastEvaluatedKey: next } = await this.#client.send(
        this.#query({
          KeyConditionExpression: `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} >= :from`,
          ExpressionAttributeValues: { ":id": { S: aggregateId }, ":from": { N: String(fromVersion) } },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ...(limit === undefined ? {} : { Limit: limit }),
        }),
      );
      return { commits: Items.map(decodeCommit), bytes: Items.map(commitBytes), more: next !== undefined, next };
    } catch (error) {
      throw unavailable(error, "read the log");
    }
  }

  #query(input: Omit<QueryCommandInput, "TableName" | "ConsistentRead">): QueryCommand {
    return new QueryCommand({ TableName: this.#tableName, ConsistentRead: true, ...input });
  }
}
