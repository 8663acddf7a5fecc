import { gunzipSync, gzipSync } from "node:zlib";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import type { Snapshot, SnapshotStore } from "../../ports/snapshot-store.ts";
import { translateAwsError } from "../aws/errors.ts";
import { SNAPSHOTS } from "./attributes.ts";

/** A snapshot that no load has replaced by then is not worth its storage; the log still has everything. */
const TIME_TO_LIVE_DAYS = 30;
const LIMIT_BYTES = 350 * 1_024;
const UNPACKED_LIMIT_BYTES = 64 * 1_048_576;

/** Where the bodies go that do not fit an item. */
export interface SnapshotBodies {
  get(key: string): Promise<Uint8Array>;
  put(key: string, body: Uint8Array): Promise<void>;
}

const keyOf = (aggregateId: string, reducerHash: string): string => `${aggregateId}#${reducerHash}`;

const isSnapshot = (value: unknown, aggregateId: string): value is Snapshot =>
  value !== null &&
  typeof value === "object" &&
  "version" in value &&
  "commitVersion" in value &&
  "committedAt" in value &&
  "digest" in value &&
  "state" in value &&
  "commands" in value &&
  Array.isArray(value.commands) &&
  "aggregateId" in value &&
  value.aggregateId === aggregateId;

/**
 * Snapshots in a table of their own, compressed; a body over 350 KB elsewhere, where there is such a place, and its key
 * in the item. Uses PutItem and Query.
 */
export class DynamoSnapshotStore implements SnapshotStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #bodies: SnapshotBodies | undefined;

  constructor(client: DynamoDBClient, tableName: string, bodies?: SnapshotBodies) {
    this.#client = client;
    this.#tableName = tableName;
    this.#bodies = bodies;
  }

  async latest(aggregateId: string, reducerHash: string): Promise<Snapshot | undefined> {
    try {
      const { Items } = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: `${SNAPSHOTS.partitionKey} = :key`,
          ExpressionAttributeValues: { ":key": { S: keyOf(aggregateId, reducerHash) } },
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      const item = Items?.[0];
      const packed = item?.["body"]?.B ?? (await this.#bodyElsewhere(item?.["bodyKey"]?.S));
      if (packed === undefined) return undefined;
      const body: unknown = JSON.parse(gunzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES }).toString("utf8"));
      if (isSnapshot(body, aggregateId)) return body;
      throw nexusError("NEXUS_LOG_CORRUPT", `the snapshot of ${aggregateId} cannot be read`);
    } catch (error) {
      throw translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", "read a snapshot");
    }
  }

  async save(snapshot: Snapshot): Promise<"saved" | "exists" | "too-large"> {
    const body = gzipSync(JSON.stringify(snapshot));
    const fits = body.length <= LIMIT_BYTES;
    if (!fits && this.#bodies === undefined) return "too-large";
    const expiresAt = Math.floor(Date.parse(snapshot.createdAt) / 1_000) + TIME_TO_LIVE_DAYS * 86_400;
    const bodyKey = `${snapshot.aggregateId}/${snapshot.reducerHash}/${snapshot.version}`;
    try {
      // First the body: an item is never without one. A body without an item ends with the bucket's lifecycle.
      if (!fits) await this.#bodies?.put(bodyKey, body);
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: {
            [SNAPSHOTS.partitionKey]: { S: keyOf(snapshot.aggregateId, snapshot.reducerHash) },
            [SNAPSHOTS.sortKey]: { N: String(snapshot.version) },
            ...(fits ? { body: { B: body } } : { bodyKey: { S: bodyKey } }),
            [SNAPSHOTS.timeToLive]: { N: String(expiresAt) },
          },
          ConditionExpression: `attribute_not_exists(${SNAPSHOTS.partitionKey})`,
        }),
      );
      return "saved";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "exists";
      throw translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", "keep a snapshot");
    }
  }

  async #bodyElsewhere(key: string | undefined): Promise<Uint8Array | undefined> {
    return key === undefined ? undefined : this.#bodies?.get(key);
  }
}
