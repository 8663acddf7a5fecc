import { gunzipSync, gzipSync } from "node:zlib";
import { type AttributeValue, type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { CONTINUATION_SECONDS, type ContinuationStore } from "../../ports/continuation-store.ts";
import { translateAwsError } from "../aws/errors.ts";
import { CONTINUATIONS } from "./attributes.ts";

/** An item holds 400 KB, names and keys included. */
const PART_BYTES = 350 * 1_024;
const UNPACKED_LIMIT_BYTES = 64 * 1_048_576;

/** Partial answers in a table of their own, compressed, over as many items as they take. Uses PutItem and Query. */
export class DynamoContinuationStore implements ContinuationStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #now: () => number;

  constructor(client: DynamoDBClient, tableName: string, now: () => number) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  save(id: string, content: object): Promise<void> {
    return this.#guard("keep a partial answer", async () => {
      const packed = gzipSync(JSON.stringify(content));
      const parts = Math.ceil(packed.length / PART_BYTES);
      const expiresAt = String(Math.floor(this.#now() / 1_000) + CONTINUATION_SECONDS);
      const put = (part: number) =>
        this.#client.send(
          new PutItemCommand({
            TableName: this.#tableName,
            Item: {
              [CONTINUATIONS.partitionKey]: { S: id },
              [CONTINUATIONS.sortKey]: { N: String(part) },
              [CONTINUATIONS.timeToLive]: { N: expiresAt },
              parts: { N: String(parts) },
              body: { B: packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES) },
            },
          }),
        );
      for (let part = 0; part < parts; part++) await put(part);
    });
  }

  load(id: string): Promise<unknown> {
    return this.#guard("read a partial answer", async () => {
      const items = await this.#items(id);
      const { parts, [CONTINUATIONS.timeToLive]: expiresAt } = items[0] ?? {};
      // DynamoDB removes what has expired when it comes to it, which may be days later.
      const gone = Number(expiresAt?.N ?? 0) * 1_000 <= this.#now();
      if (gone || items.length !== Number(parts?.N)) return undefined;
      const packed = Buffer.concat(items.map(({ body }) => body?.B ?? new Uint8Array()));
      return JSON.parse(gunzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES }).toString("utf8"));
    });
  }

  async #items(id: string): Promise<Record<string, AttributeValue>[]> {
    const found: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: `${CONTINUATIONS.partitionKey} = :id`,
          ExpressionAttributeValues: { ":id": { S: id } },
          ConsistentRead: true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      found.push(...Items);
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  }

  async #guard<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw translateAwsError(error, "NEXUS_CONTINUATIONS_UNAVAILABLE", what);
    }
  }
}
