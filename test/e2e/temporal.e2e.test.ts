import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { DynamoEventStore } from "../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import type { StoredEvent } from "../../runtime/kernel/event.ts";
import { cloudClients } from "../support/cloud-clients.ts";
import { draft } from "../support/counter/commits.ts";
import { signedFetch } from "../support/signed-request.ts";
import { ROOT } from "../support/stack-process.ts";

const line = { sku: "71053", description: "WHITE METAL LANTERN", quantity: 6, unitPriceMinor: 339 };
const order = { country: "EIRE", currency: "GBP", lines: [line], totalMinor: 2_034 };
const placed = { type: "OrderPlaced", schemaVersion: 1, data: order };
const note = (text: string): StoredEvent => ({ type: "OrderNoteAdded", schemaVersion: 1, data: { text } });

const NOTES_A_COMMIT = 2_500;

let dataDirectory: string;
let stack: Stack;
let events: DynamoEventStore;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-temporal-"));
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
  events = new DynamoEventStore(cloudClients(stack).dynamoDb(), String(stack.running.outputs["eventsTableName"]));
  await append("long", 0, [placed]);
  const notes = Array.from({ length: NOTES_A_COMMIT }, (_, index) => note(`${index}`));
  for (let commit = 0; commit < 9; commit++) await append("long", 1 + commit * NOTES_A_COMMIT, notes);
  await append("short", 0, [placed]);
  await append("short", 1, [
    note("ring twice"),
    { type: "OrderCancelled", schemaVersion: 1, data: { reason: "late" } },
  ]);
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const append = (aggregateId: string, version: number, stored: readonly StoredEvent[]) => {
  const decidedAt = new Date().toISOString();
  return events.append(
    { aggregateId, version },
    { ...draft(aggregateId, { events: stored, decidedAt }), aggregate: "order" },
  );
};

/** A user who may call the paths below the API that are given. */
const userWho = (user: string, ...paths: readonly string[]) => {
  const arn = `arn:aws:iam::000000000000:user/${user}`;
  stack.cloud.iam.putUser({ name: user, arn });
  const Resource = paths.map((path) => `arn:aws:execute-api:*:*:*/*/GET/${path}`);
  stack.cloud.iam.putInlinePolicy(arn, "call", {
    Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource },
  });
  const credentials = stack.cloud.iam.credentialsFor(arn);
  return async (path: string, query: Record<string, string>) => {
    const url = `${stack.running.api}/${path}?${new URLSearchParams(query)}`;
    const answer = await signedFetch({ url }, { credentials });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
};

const TEMPORAL = "api/queries/temporal";

const lastHour = () => {
  const now = Date.now();
  return { from: new Date(now - 3_600_000).toISOString(), to: new Date(now).toISOString() };
};

const logsOf = (text: string, user: string): Record<string, unknown>[] =>
  stack.cloud.cloudwatch
    .logs({ contains: text, limit: 10_000 })
    .map(({ message }) => JSON.parse(message))
    .filter(({ actor }) => actor === `arn:aws:iam::000000000000:user/${user}`);

describe("a temporal query over the running stack", () => {
  it("of a long log goes on by continuations to the state asked for", async () => {
    const ask = userWho("historian", `${TEMPORAL}/*`);
    const asOf = new Date().toISOString();
    let answer = await ask(`${TEMPORAL}/long`, { asOf });
    expect(answer).toMatchObject({ status: 200, body: { asOf, version: 10_001 - NOTES_A_COMMIT, complete: false } });
    let parts = 1;
    for (; answer.body["complete"] === false; parts++)
      answer = await ask(`${TEMPORAL}/long`, { continuation: String(answer.body["continuation"]) });
    expect(parts).toBe(3);
    expect(answer).toMatchObject({
      status: 200,
      body: { asOf, version: 22_501, complete: true, state: { status: "placed", totalMinor: 2_034 } },
    });
  });

  it("answers for a version within a commit", async () => {
    const ask = userWho("versions", `${TEMPORAL}/*`);
    expect((await ask(`${TEMPORAL}/short`, { asOfVersion: "2" })).body).toMatchObject({ state: { status: "placed" } });
    expect((await ask(`${TEMPORAL}/short`, { asOfVersion: "3" })).body).toMatchObject({
      state: { status: "cancelled" },
    });
  });
});

describe("a difference over the running stack", () => {
  it("is a patch and the events that made it", async () => {
    const ask = userWho("comparer", `${TEMPORAL}/*`);
    const { status, body } = await ask(`${TEMPORAL}/short/diff`, { fromVersion: "1", to: new Date().toISOString() });
    expect(status).toBe(200);
    expect(body).toMatchObject({ from: { version: 1 }, to: { version: 3 }, complete: true });
    expect(body["events"]).toMatchObject([{ type: "OrderNoteAdded" }, { type: "OrderCancelled" }]);
    expect(body["patch"]).toContainEqual({ op: "replace", path: "/status", value: "cancelled" });
  });

  it("of a long log goes on by continuations, and has every event once", async () => {
    const ask = userWho("patient-comparer", `${TEMPORAL}/*/diff`);
    const path = `${TEMPORAL}/long/diff`;
    const parts = [(await ask(path, { fromVersion: "1", toVersion: "22500" })).body];
    for (let last = parts[0]; last?.["complete"] === false; last = parts.at(-1))
      parts.push((await ask(path, { continuation: String(last["continuation"]) })).body);
    const versions = parts.flatMap(({ events: some }) => (some as { version: number }[]).map(({ version }) => version));
    expect(versions).toEqual(Array.from({ length: 22_499 }, (_, index) => index + 2));
    expect(parts.map(({ patch }) => patch)).toEqual([undefined, undefined, []]);
  });
});

describe("a range of time over the running stack", () => {
  it("tells the events of all aggregates, in pages", async () => {
    const ask = userWho("reader", "api/events");
    for (let index = 0; index < 100; index++) await append(`many-${index}`, 0, [placed]);
    const range = lastHour();
    const first = await ask("api/events", range);
    expect(first).toMatchObject({ status: 200, body: { ...range, complete: false } });
    const pages = [first.body];
    for (let next = first.body["next"]; next !== undefined; next = pages.at(-1)?.["next"])
      pages.push((await ask("api/events", { ...range, after: String(next) })).body);
    const ids = pages.flatMap(({ events: some }) => (some as { id: string }[]).map(({ id }) => id));
    expect(ids).toHaveLength(22_501 + 3 + 100);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is a permission of its own, counted by itself, and logged with who asked, refused or not", async () => {
    const ask = userWho("watcher", "api/events");
    expect((await ask(`${TEMPORAL}/short`, { asOfVersion: "1" })).status).toBe(403);
    const statuses = [];
    for (let index = 0; index < 11; index++) statuses.push((await ask("api/events", { from: "noon" })).status);
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
    const logged = logsOf("event range query", "watcher");
    expect(logged).toHaveLength(11);
    for (const line of logged) expect(line).toMatchObject({ parameters: { from: "noon" } });
  });
});

describe("the past of an aggregate", () => {
  it("is a permission of its own", async () => {
    const lists = userWho("lister", "api/queries/order-list");
    const temporal = userWho("auditor", `${TEMPORAL}/short`);
    expect((await lists("api/queries/order-list", {})).status).toBe(200);
    expect((await lists(`${TEMPORAL}/short`, { asOfVersion: "1" })).status).toBe(403);
    expect((await temporal("api/queries/order-list", {})).status).toBe(403);
    expect((await temporal(`${TEMPORAL}/short`, { asOfVersion: "1" })).status).toBe(200);
    expect((await temporal(`${TEMPORAL}/long`, { asOfVersion: "1" })).status).toBe(403);
    expect((await temporal("api/events", lastHour())).status).toBe(403);
  });

  it("is logged with who asked for it and what, refused or not", async () => {
    const ask = userWho("curious", `${TEMPORAL}/*`);
    const asked = [{ asOfVersion: "3" }, { asOfVersion: "4" }, { asOf: "yesterday" }, { continuation: "made-up" }];
    const statuses = [];
    for (const query of asked) statuses.push((await ask(`${TEMPORAL}/short`, query)).status);
    for (let left = 10 - asked.length; left > 0; left--) await ask(`${TEMPORAL}/nobody`, { asOfVersion: "1" });
    expect([...statuses, (await ask(`${TEMPORAL}/short`, { asOfVersion: "1" })).status]).toEqual([
      200, 400, 400, 410, 429,
    ]);
    const logged = logsOf("temporal query", "curious");
    expect(logged).toHaveLength(11);
    for (const parameters of [...asked, { asOfVersion: "1" }])
      expect(logged).toContainEqual(expect.objectContaining({ aggregateId: "short", parameters }));
  });
});
