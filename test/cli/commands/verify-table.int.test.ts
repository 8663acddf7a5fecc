import { type AttributeValue, DeleteItemCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveDynamoDb } from "../../../local/services/dynamodb/index.ts";
import { encodeCommit } from "../../../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import { chained, type LogFinding } from "../../../runtime/kernel/hash-chain.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, at, draft, opened } from "../../support/counter/commits.ts";
import { createEventsTable, dynamoDbClient } from "../../support/counter/events-table.ts";
import { runCli } from "../../support/run-cli.ts";

// An operator whom nothing is denied works on the items themselves.

type Item = Record<string, AttributeValue>;
type Found = Pick<LogFinding, "fault" | "version">;

let server: Awaited<ReturnType<typeof serveDynamoDb>>;
let client: DynamoDBClient;

const put = (item: Item) => client.send(new PutItemCommand({ TableName: "events", Item: item }));
const remove = (aggregateId: string, version: number) =>
  client.send(
    new DeleteItemCommand({
      TableName: "events",
      Key: { aggregateId: { S: aggregateId }, version: { N: `${version}` } },
    }),
  );
const without = (item: Item, attribute: string): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => name !== attribute));
const withDocument = (item: Item, change: (document: Record<string, unknown>) => object): Item => ({
  ...item,
  commit: { S: JSON.stringify(change(JSON.parse(item["commit"]?.S ?? ""))) },
});

/** Each has an aggregate of its own, of commits at 1, 2 and 4; `second` is the item at 2. What is found, by version. */
const TAMPERINGS: Record<string, readonly [act: (second: Item, commit: Commit) => Promise<unknown>, ...Found[]]> = {
  changed: [
    (item) => put(withDocument(item, (document) => ({ ...document, actor: "mallory" }))),
    { fault: "changed", version: 2 },
  ],
  missing: [(_, { aggregateId }) => remove(aggregateId, 2), { fault: "missing", version: 2 }],
  inserted: [
    (item) => put({ ...item, version: { N: "3" } }),
    { fault: "inserted", version: 3 },
    { fault: "changed", version: 3 },
  ],
  "inserted-before-the-first": [
    (item) => put({ ...item, version: { N: "0" } }),
    { fault: "inserted", version: 0 },
    { fault: "changed", version: 0 },
  ],
  replaced: [
    (_, { chain, ...commit }) => put(encodeCommit(chained({ ...commit, actor: "mallory" }, chain.previous, sha256))),
    { fault: "replaced", version: 4 },
  ],
  "without-digest": [
    (item) => put(withDocument(item, ({ chain: _, ...document }) => document)),
    { fault: "unreadable", version: 2 },
  ],
  "without-index-key": [(item) => put(without(item, "bucket")), { fault: "unindexed", version: 2 }],
  "under-another-time": [
    (item) => put({ ...item, timeKey: { S: (item["timeKey"]?.S ?? "").replace("2026", "2027") } }),
    { fault: "unindexed", version: 2 },
  ],
  unreadable: [(item) => put({ ...item, commit: { S: "{" } }), { fault: "unreadable", version: 2 }],
  "not-to-be-unpacked": [
    (item) => put({ ...item, commit: { B: new Uint8Array(9) } }),
    { fault: "unreadable", version: 2 },
  ],
  "without-content": [(item) => put(without(item, "commit")), { fault: "unreadable", version: 2 }],
};

beforeAll(async () => {
  server = await serveDynamoDb({ file: ":memory:", port: 0 });
  client = dynamoDbClient(server.endpoint);
  await createEventsTable(client, "events");
  const store = new DynamoEventStore(client, "events");
  for (const id of ["sound", ...Object.keys(TAMPERINGS)]) {
    await store.append({ aggregateId: id, version: 0 }, draft(id, { events: [opened()] }));
    await store.append({ aggregateId: id, version: 1 }, draft(id, { events: [added(2), added(3)], decidedAt: at(5) }));
    await store.append({ aggregateId: id, version: 3 }, draft(id));
    const second = (await commitsOf(store, id))[1] as Commit;
    await TAMPERINGS[id]?.[0](encodeCommit(second), second);
  }
  const [first] = await commitsOf(store, "sound");
  const place = { aggregateId: "sound", version: 1 };
  const item = withDocument(encodeCommit(first as Commit), (document) => ({ ...document, ...place }));
  await put({ ...item, aggregateId: { S: "moved" } });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const nexus = (...args: string[]) =>
  runCli([...args, "--table", "events"], {
    cwd: import.meta.dirname,
    env: {
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });

describe("nexus verify, of a table that an operator worked on", () => {
  const EXPECTED: Record<string, readonly Found[]> = {
    sound: [],
    moved: [{ fault: "changed", version: 1 }],
    ...Object.fromEntries(Object.entries(TAMPERINGS).map(([id, [, ...found]]) => [id, found])),
  };

  it("finds in all of it what was done to each aggregate, and nothing else", async () => {
    const { exitCode, stdout, stderr } = await nexus("verify", "--all", "--json");
    const reports = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const found = Object.fromEntries(
      reports.map(({ aggregateId, findings }) => [
        aggregateId,
        findings.map(({ fault, version }: LogFinding) => ({ fault, version })),
      ]),
    );
    expect(found).toEqual(EXPECTED);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^nexus: 14 faults in \d+ commits of 13 aggregates\n$/),
    ]);
  });

  it.each(["sound", "inserted-before-the-first", "unreadable"])("finds it in one aggregate alone: %s", async (id) => {
    const { exitCode, stdout } = await nexus("verify", id);
    const [first] = EXPECTED[id] ?? [];
    const finding =
      first === undefined ? "sound: 3 commits of 1 aggregates\n" : `${first.fault} ${id} version ${first.version}: `;
    expect([exitCode, stdout]).toEqual([first === undefined ? 0 : 1, expect.stringContaining(finding)]);
  });
});

describe("nexus history, of a table that an operator worked on", () => {
  it("reads an aggregate of which the index keys alone are damaged", async () => {
    const { exitCode, stdout } = await nexus("history", "without-index-key", "--json");
    expect([exitCode, stdout.trim().split("\n").length]).toEqual([0, 4]);
  });

  it("names the item that it cannot read", async () => {
    expect(await nexus("history", "unreadable")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("unreadable at version 2"),
    });
  });

  it("exports nothing that does not hold to its chain", async () => {
    expect(await nexus("history", "changed", "--export")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("changed, version 2: its content has digest"),
    });
  });
});
