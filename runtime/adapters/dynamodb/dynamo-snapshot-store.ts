import { gunzipSync, gzipSync } from "node:zlib";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import type { Snapshot, SnapshotHeader, SnapshotStore, StoredSnapshot } from "../../ports/snapshot-store.ts";
import { translateAwsError } from "../aws/errors.ts";
import { RETRIES, type RetryClock, withRetries } from "../aws/retries.ts";
import { nodeRuntime } from "../node/node-runtime.ts";
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

type Item = Readonly<Record<string, AttributeValue>>;

const headerOf = (aggregateId: string, item: Item): SnapshotHeader => {
  const version = Number(item[SNAPSHOTS.sortKey]?.N);
  const commitVersion = Number(item["commitVersion"]?.N);
  const committedAt = item["committedAt"]?.S;
  const digest = item["digest"]?.S;
  if (Number.isSafeInteger(version + commitVersion) && committedAt !== undefined && digest !== undefined)
    return { aggregateId, version, commitVersion, committedAt, digest };
  throw nexusError("NEXUS_LOG_CORRUPT", `a snapshot of ${aggregateId} does not say which commit it ends with`);
};

const isSnapshot = (value: unknown): value is Snapshot =>
  value !== null &&
  typeof value === "object" &&
  ["aggregateId", "version", "commitVersion", "committedAt", "digest", "state"].every((name) => name in value) &&
  "commands" in value &&
  Array.isArray(value.commands);

const agree = (said: SnapshotHeader, snapshot: Snapshot): boolean =>
  Object.entries(said).every(([name, value]) => snapshot[name as keyof SnapshotHeader] === value);

/**
 * Snapshots in a table of their own, compressed; a body over 350 KB elsewhere, where there is such a place, and its key
 * in the item. Uses PutItem and Query.
 */
export class DynamoSnapshotStore implements SnapshotStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #bodies: SnapshotBodies | undefined;
  readonly #clock: RetryClock;

  constructor(client: DynamoDBClient, tableName: string, bodies?: SnapshotBodies, clock: RetryClock = nodeRuntime) {
    this.#client = client;
    this.#tableName = tableName;
    this.#bodies = bodies;
    this.#clock = clock;
  }

  async latest(
    aggregateId: string,
    reducerHash: string,
    upToVersion = Number.MAX_SAFE_INTEGER,
  ): Promise<StoredSnapshot | undefined> {
    const item = await this.#reading(() => this.#latestItem(keyOf(aggregateId, reducerHash), upToVersion));
    if (item === undefined) return undefined;
    const header = headerOf(aggregateId, item);
    return { ...header, load: () => this.#load(item, header) };
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
            commitVersion: { N: String(snapshot.commitVersion) },
            committedAt: { S: snapshot.committedAt },
            digest: { S: snapshot.digest },
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

  async #latestItem(key: string, upToVersion: number): Promise<Item | undefined> {
    const { Items } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: `${SNAPSHOTS.partitionKey} = :key AND ${SNAPSHOTS.sortKey} <= :version`,
        ExpressionAttributeValues: { ":key": { S: key }, ":version": { N: String(upToVersion) } },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items?.[0];
  }

  /** Throws unless it is the snapshot that its item says. */
  #load(item: Item, said: SnapshotHeader): Promise<Snapshot> {
    return this.#reading(async () => {
      const packed = item["body"]?.B ?? (await this.#bodyElsewhere(item["bodyKey"]?.S));
      const unpacked = gunzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES });
      const body: unknown = JSON.parse(unpacked.toString("utf8"));
      if (isSnapshot(body) && agree(said, body)) return body;
      throw nexusError("NEXUS_LOG_CORRUPT", "the body of a snapshot is not the one that its item says");
    });
  }

  async #bodyElsewhere(key: string | undefined): Promise<Uint8Array> {
    if (key === undefined || this.#bodies === undefined)
      throw nexusError("NEXUS_LOG_CORRUPT", "a snapshot has no body, or there is no place to read it from");
    return this.#bodies.get(key);
  }

  /** Tried again like the log: to do without a snapshot is to read the log from its beginning. */
  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(this.#clock, RETRIES, read);
    } catch (error) {
      throw translateAwsError(error, "NEXUS_EVENT_STORE_UNAVAILABLE", "read a snapshot");
    }
  }
}
