import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { backOff } from "../../kernel/backoff.ts";
import type { NexusError } from "../../kernel/errors.ts";
import type { Commit } from "../../kernel/event.ts";
import { translateAwsError } from "../aws/errors.ts";
import { RETRIES, type RetryClock, type RetryPolicy, withRetries } from "../aws/retries.ts";
import { EVENTS } from "./attributes.ts";
import { decodeCommit } from "./commit-item.ts";

export type Key = Record<string, AttributeValue>;

export const unavailable = (error: unknown, what: string): NexusError =>
  translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", what);

/** The table of the log, and how it is called: tried again within a budget, errors as ours. */
export class EventsTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly #clock: RetryClock;
  readonly #policy: RetryPolicy;

  constructor(client: DynamoDBClient, name: string, clock: RetryClock, policy: RetryPolicy = RETRIES) {
    this.client = client;
    this.name = name;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** Throws what the SDK throws. */
  retried<T>(call: () => Promise<T>): Promise<T> {
    return withRetries(this.#clock, this.#policy, call);
  }

  pause(attempt: number): Promise<void> {
    return backOff(this.#clock, attempt, this.#policy.baseMs);
  }

  async read<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.retried(call);
    } catch (error) {
      throw unavailable(error, "read the log");
    }
  }

  query(input: Omit<QueryCommandInput, "TableName">): Promise<QueryCommandOutput> {
    return this.read(() => this.client.send(new QueryCommand({ TableName: this.name, ...input })));
  }

  /** The last commit that begins at or before a version. */
  async lastCommit(aggregateId: string, upTo?: number): Promise<Commit | undefined> {
    const { Items } = await this.query({
      KeyConditionExpression: `${EVENTS.partitionKey} = :id${upTo === undefined ? "" : ` AND ${EVENTS.sortKey} <= :upTo`}`,
      ExpressionAttributeValues: {
        ":id": { S: aggregateId },
        ...(upTo === undefined ? {} : { ":upTo": { N: String(upTo) } }),
      },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    });
    return Items?.[0] === undefined ? undefined : decodeCommit(Items[0]);
  }

  async commitAt(aggregateId: string, version: number): Promise<Commit | undefined> {
    const { Items } = await this.query({
      KeyConditionExpression: `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} = :version`,
      ExpressionAttributeValues: { ":id": { S: aggregateId }, ":version": { N: String(version) } },
      ConsistentRead: true,
    });
    return Items?.[0] === undefined ? undefined : decodeCommit(Items[0]);
  }
}
