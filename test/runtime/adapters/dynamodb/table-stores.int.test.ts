import { gzipSync } from "node:zlib";
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveDynamoDb } from "../../../../local/services/dynamodb/index.ts";
import { DynamoConnectionStore } from "../../../../runtime/adapters/dynamodb/dynamo-connection-store.ts";
import { DynamoContinuationStore } from "../../../../runtime/adapters/dynamodb/dynamo-continuation-store.ts";
import { DynamoSnapshotStore } from "../../../../runtime/adapters/dynamodb/dynamo-snapshot-store.ts";
import { CONTINUATION_SECONDS } from "../../../../runtime/ports/continuation-store.ts";
import type { Snapshot } from "../../../../runtime/ports/snapshot-store.ts";
import { at, T0 } from "../../../support/counter/commits.ts";
import { createSnapshotsTable, dynamoDbClient } from "../../../support/counter/events-table.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";

let engine: Awaited<ReturnType<typeof serveDynamoDb>>;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await serveDynamoDb({ file: ":memory:", port: 0 });
  client = dynamoDbClient(engine.endpoint);
  await createSnapshotsTable(client, "snapshots");
  await client.send(
    new CreateTableCommand({
      TableName: "continuations",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "continuationId", AttributeType: "S" },
        { AttributeName: "part", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "continuationId", KeyType: "HASH" },
        { AttributeName: "part", KeyType: "RANGE" },
      ],
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: "connections",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "connectionId", AttributeType: "S" },
        { AttributeName: "topic", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "connectionId", KeyType: "HASH" },
        { AttributeName: "topic", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "TopicIndex",
          KeySchema: [
            { AttributeName: "topic", KeyType: "HASH" },
            { AttributeName: "connectionId", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
});
afterAll(async () => {
  client?.destroy();
  await engine?.close();
});

describe("snapshots in a table", () => {
  const store = () => new DynamoSnapshotStore(client, "snapshots");
  const snapshot = (aggregateId: string, version: number, state: unknown = { total: version }): Snapshot => ({
    aggregate: "counter",
    aggregateId,
    reducerHash: "reducer-1",
    version,
    commitVersion: version,
    committedAt: T0,
    createdAt: T0,
    state,
    digest: "d",
    commands: [["c", version]],
  });

  const loaded = async (from: DynamoSnapshotStore, aggregateId: string) =>
    (await from.latest(aggregateId, "reducer-1"))?.load();
  const put = (aggregateId: string, attributes: Record<string, AttributeValue>) => {
    const key = { snapshotKey: { S: `${aggregateId}#reducer-1` }, version: { N: "5" } };
    return client.send(new PutItemCommand({ TableName: "snapshots", Item: { ...key, ...attributes } }));
  };
  const header = { commitVersion: { N: "5" }, committedAt: { S: T0 }, digest: { S: "d" } };
  const packed = (value: unknown) => ({ B: gzipSync(JSON.stringify(value)) });

  it("come back as they were, the latest first", async () => {
    for (const version of [9, 1_000, 200]) expect(await store().save(snapshot("a", version))).toBe("saved");
    expect(await loaded(store(), "a")).toEqual(snapshot("a", 1_000));
  });

  it("come back the latest up to a version", async () => {
    for (const version of [9, 1_000, 200]) await store().save(snapshot("h", version));
    const found = await Promise.all([1_000, 999, 200, 9, 8].map((upTo) => store().latest("h", "reducer-1", upTo)));
    expect(found.map((one) => one?.version)).toEqual([1_000, 200, 200, 9, undefined]);
  });

  it("are asked for again when the table was busy", async () => {
    await store().save(snapshot("busy", 5));
    let refused = 0;
    const send = async (command: QueryCommand) => {
      if (++refused > 3) return client.send(command);
      throw Object.assign(new Error("busy"), { name: "ThrottlingException", $fault: "client" });
    };
    const runtime = new FixedRuntime();
    const busy = new DynamoSnapshotStore({ send } as unknown as DynamoDBClient, "snapshots", undefined, runtime);
    expect(await busy.latest("busy", "reducer-1")).toMatchObject({ version: 5 });
    expect(runtime.sleeps).toHaveLength(3);
  });

  it("are kept apart by aggregate and reducer", async () => {
    await store().save(snapshot("b", 5));
    expect(await store().latest("b", "reducer-2")).toBeUndefined();
    expect(await store().latest("unknown", "reducer-1")).toBeUndefined();
  });

  it("are written once a version", async () => {
    await store().save(snapshot("c", 5));
    expect(await store().save(snapshot("c", 5, { total: -1 }))).toBe("exists");
    expect((await loaded(store(), "c"))?.state).toEqual({ total: 5 });
  });

  it("that are too large are not kept", async () => {
    const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join("");
    expect(await store().save(snapshot("d", 5, { noise }))).toBe("too-large");
    expect(await store().latest("d", "reducer-1")).toBeUndefined();
  });

  it("that are too large for an item lie elsewhere, where there is such a place", async () => {
    const bodies = new Map<string, Uint8Array>();
    const place = {
      get: async (key: string) => bodies.get(key) ?? Promise.reject(new Error(`no ${key}`)),
      put: async (key: string, body: Uint8Array) => void bodies.set(key, body),
    };
    const roomy = new DynamoSnapshotStore(client, "snapshots", place);
    const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join("");
    expect(await roomy.save(snapshot("g", 5, { noise }))).toBe("saved");
    expect([...bodies.keys()]).toEqual(["g/reducer-1/5"]);
    expect(await loaded(roomy, "g")).toEqual(snapshot("g", 5, { noise }));
    bodies.clear();
    // What is needed to read on in the log is known all the same.
    const { load, ...found } = (await roomy.latest("g", "reducer-1")) ?? {};
    expect(found).toEqual({ aggregateId: "g", version: 5, commitVersion: 5, committedAt: T0, digest: "d" });
    await expect(load?.()).rejects.toThrow("could not read a snapshot");
  });

  it.each<[string, Record<string, AttributeValue>]>([
    ["is nonsense", { body: { B: Buffer.from("nonsense") } }],
    ["is missing", {}],
    ["lies where this store has no place", { bodyKey: { S: "e/reducer-1/5" } }],
    ["is no snapshot", { body: packed({ aggregateId: "e", version: 5 }) }],
    ["is of another aggregate", { body: packed(snapshot("another", 5)) }],
    ["is of another commit", { body: packed({ ...snapshot("e", 5), digest: "other" }) }],
  ])("whose body %s fail to be read", async (_, body) => {
    await put("e", { ...header, ...body });
    await expect(loaded(store(), "e")).rejects.toThrow(
      /could not read a snapshot|a snapshot has no body|not the one that/,
    );
  });

  it("that do not say which commit they end with fail to be read", async () => {
    await put("headless", { body: packed(snapshot("headless", 5)) });
    await expect(store().latest("headless", "reducer-1")).rejects.toMatchObject({ code: "NEXUS_LOG_CORRUPT" });
  });

  it("expire 30 days after they were made", async () => {
    await store().save(snapshot("f", 5));
    const Key = { snapshotKey: { S: "f#reducer-1" }, version: { N: "5" } };
    const { Item } = await client.send(new GetItemCommand({ TableName: "snapshots", Key }));
    expect(Item?.["expiresAt"]).toEqual({ N: String(Date.parse(at(30 * 86_400)) / 1_000) });
  });
});

describe("partial answers in a table", () => {
  let now = Date.parse(T0);
  const store = () => new DynamoContinuationStore(client, "continuations", () => now);

  it("come back as they were, of any size", async () => {
    const noise = Array.from({ length: 150_000 }, () => Math.random().toString(36)).join("");
    const kept = { small: { total: 1, text: "größer" }, large: { noise } };
    for (const [id, content] of Object.entries(kept)) await store().save(id, content);
    expect(await store().load("small")).toEqual(kept.small);
    expect(await store().load("large")).toEqual(kept.large);
    expect(await store().load("unknown")).toBeUndefined();
  });

  it("of which a part is missing are gone", async () => {
    const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join("");
    await store().save("torn", { noise });
    const Key = { continuationId: { S: "torn" }, part: { N: "1" } };
    await client.send(new DeleteItemCommand({ TableName: "continuations", Key }));
    expect(await store().load("torn")).toBeUndefined();
  });

  it("are gone a day later, removed or not", async () => {
    await store().save("old", { total: 1 });
    now += CONTINUATION_SECONDS * 1_000 - 1;
    expect(await store().load("old")).toEqual({ total: 1 });
    now += 1;
    expect(await store().load("old")).toBeUndefined();
  });

  it("in a table that is gone are unavailable", async () => {
    const lost = new DynamoContinuationStore(client, "nowhere", () => now);
    await expect(lost.load("any")).rejects.toMatchObject({ cause: expect.any(Error) });
  });
});

describe("connections in a table", () => {
  const store = () => new DynamoConnectionStore(client, "connections", () => Date.parse(T0));
  const subscribers = async (topic: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of store().subscribers(topic)) found.push(...page);
    return found;
  };
  const connect = (connectionId: string) => store().connect({ connectionId, actor: "arn:tester", connectedAt: T0 });

  it("listen to the topics they subscribed to, however often they did", async () => {
    for (const id of ["a1", "a2", "a3"]) await connect(id);
    for (const id of ["a1", "a2", "a1"]) await store().subscribe(id, "orders");
    await store().subscribe("a3", "parcels");
    expect(await subscribers("orders")).toEqual(["a1", "a2"]);
    await store().unsubscribe("a1", "orders");
    expect(await subscribers("orders")).toEqual(["a2"]);
  });

  it("are forgotten with all their subscriptions", async () => {
    await connect("b1");
    for (const topic of ["one", "two"]) await store().subscribe("b1", topic);
    await store().disconnect("b1");
    expect([...(await subscribers("one")), ...(await subscribers("two"))]).toEqual([]);
    const Key = { connectionId: { S: "b1" }, topic: { S: "$connection" } };
    expect((await client.send(new GetItemCommand({ TableName: "connections", Key }))).Item).toBeUndefined();
  });

  it("that nobody knows can be forgotten again", async () => {
    await expect(store().disconnect("nobody")).resolves.toBeUndefined();
  });

  it("expire a quarter of an hour after the longest connection", async () => {
    await connect("c1");
    const Key = { connectionId: { S: "c1" }, topic: { S: "$connection" } };
    const { Item } = await client.send(new GetItemCommand({ TableName: "connections", Key }));
    expect(Item).toMatchObject({ expiresAt: { N: String(Date.parse(at(8_100)) / 1_000) }, actor: { S: "arn:tester" } });
  });

  it("in a table that is gone are unavailable, not forgotten", async () => {
    const lost = new DynamoConnectionStore(client, "nowhere", () => 0);
    await expect(lost.subscribe("c1", "orders")).rejects.toMatchObject({ cause: expect.any(Error) });
  });
});
