import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { afterAll, beforeAll } from "vitest";

/** A running engine that speaks the wire protocol of DynamoDB. */
export interface Endpoint {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** DynamoDB Local words some refusals in its own way; a suite names both and says which engine it talks to. */
export type EngineKind = "ours" | "dynamodb-local";

export interface Target {
  readonly kind: EngineKind;
  readonly db: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
}

/** The table of most suites: key `p` (S) and `s` (N), with a stream and indexes over `g` and `t`. */
const standardTable: Omit<CreateTableCommandInput, "TableName"> = {
  KeySchema: [
    { AttributeName: "p", KeyType: "HASH" },
    { AttributeName: "s", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "p", AttributeType: "S" },
    { AttributeName: "s", AttributeType: "N" },
    { AttributeName: "g", AttributeType: "S" },
    { AttributeName: "t", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "keysOnly",
      KeySchema: [
        { AttributeName: "g", KeyType: "HASH" },
        { AttributeName: "t", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
    {
      IndexName: "including",
      KeySchema: [{ AttributeName: "t", KeyType: "HASH" }],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["extra"] },
    },
    {
      IndexName: "everything",
      KeySchema: [
        { AttributeName: "g", KeyType: "HASH" },
        { AttributeName: "s", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
};

export const createTable = async (
  { db }: Target,
  overrides: Partial<CreateTableCommandInput> = {},
): Promise<string> => {
  const TableName = `table-${randomUUID()}`;
  await db.send(new CreateTableCommand({ TableName, ...standardTable, ...overrides }));
  return TableName;
};

/** Starts the engine for the suites of one describe block; the returned function gives it to a test. */
export const useTarget = (kind: EngineKind, start: () => Promise<Endpoint>): (() => Target) => {
  let target: Target | undefined;
  let running: Endpoint | undefined;
  beforeAll(async () => {
    running = await start();
    const settings = {
      endpoint: running.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    };
    target = { kind, db: new DynamoDBClient(settings), streams: new DynamoDBStreamsClient(settings) };
  });
  afterAll(async () => {
    target?.db.destroy();
    target?.streams.destroy();
    await running?.close();
  });
  return () => {
    if (target === undefined) throw new Error("the engine has not started");
    return target;
  };
};

export type Key = Record<string, AttributeValue>;
export const key = (p: string, s: number | string): Key => ({ p: { S: p }, s: { N: String(s) } });

/** The item behind a key, by a consistent read. */
export const itemAt = async ({ db }: Target, TableName: string, Key: Key) =>
  (await db.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;

/** Code and message of the refusal of a call; fails when the call goes through. */
export const refusal = async (call: Promise<unknown>): Promise<{ name: string; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof DynamoDBServiceException) return { name: error.name, message: error.message };
    throw error;
  }
  throw new Error("the call was expected to be refused");
};
