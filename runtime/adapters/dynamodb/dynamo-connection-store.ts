import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import type { Connection, ConnectionStore } from "../../ports/notifications.ts";
import { translateAwsError } from "../aws/errors.ts";
import { CONNECTIONS } from "./attributes.ts";

/** API Gateway ends a WebSocket connection after two hours; what is left by then goes by itself. */
const TIME_TO_LIVE_SECONDS = 2 * 3_600 + 900;

/** Connections and subscriptions in one table. Uses PutItem, DeleteItem and Query. */
export class DynamoConnectionStore implements ConnectionStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #now: () => number;

  constructor(client: DynamoDBClient, tableName: string, now: () => number) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  async connect({ connectionId, actor, connectedAt }: Connection): Promise<void> {
    await this.#put(connectionId, CONNECTIONS.self, { actor: { S: actor }, connectedAt: { S: connectedAt } });
  }

  async subscribe(connectionId: string, topic: string): Promise<void> {
    await this.#put(connectionId, topic, {});
  }

  async unsubscribe(connectionId: string, topic: string): Promise<void> {
    await this.#guard("forget a subscription", () =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#tableName,
          Key: { [CONNECTIONS.partitionKey]: { S: connectionId }, [CONNECTIONS.sortKey]: { S: topic } },
        }),
      ),
    );
  }

  async disconnect(connectionId: string): Promise<void> {
    const { Items = [] } = await this.#guard("read a connection", () =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: `${CONNECTIONS.partitionKey} = :id`,
          ExpressionAttributeValues: { ":id": { S: connectionId } },
        }),
      ),
    );
    const topics = Items.flatMap((item) => item[CONNECTIONS.sortKey]?.S ?? []);
    await Promise.all(topics.map((topic) => this.unsubscribe(connectionId, topic)));
  }

  async *subscribers(topic: string): AsyncGenerator<readonly string[]> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#guard("read the subscribers", () =>
        this.#client.send(
          new QueryCommand({
            TableName: this.#tableName,
            IndexName: CONNECTIONS.topicIndex,
            KeyConditionExpression: `${CONNECTIONS.sortKey} = :topic`,
            ExpressionAttributeValues: { ":topic": { S: topic } },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      yield Items.flatMap((item) => item[CONNECTIONS.partitionKey]?.S ?? []);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  async #put(connectionId: string, topic: string, rest: Record<string, AttributeValue>): Promise<void> {
    const expiresAt = Math.floor(this.#now() / 1_000) + TIME_TO_LIVE_SECONDS;
    await this.#guard("keep a connection", () =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: {
            [CONNECTIONS.partitionKey]: { S: connectionId },
            [CONNECTIONS.sortKey]: { S: topic },
            [CONNECTIONS.timeToLive]: { N: String(expiresAt) },
            ...rest,
          },
        }),
      ),
    );
  }

  async #guard<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw translateAwsError(error, "NEXUS_CONNECTIONS_UNAVAILABLE", what);
    }
  }
}
