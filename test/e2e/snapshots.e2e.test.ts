import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StateStore } from "../../local/engine/state.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { DynamoEventStore } from "../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { commitsOf } from "../contracts/event-store/reading.ts";
import { cloudClients } from "../support/cloud-clients.ts";
import { LongOrder } from "../support/long-order.ts";

const ROOT = join(import.meta.dirname, "../..");
const WITHIN_MS = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let dataDirectory: string;
let stack: Stack;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-snapshots-"));
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

it("is made within five seconds of the thousandth event, and commands go on from it", async () => {
  const order = new LongOrder(stack, "order-snapshot");
  await order.place();
  const noted = await order.addNotes(0, 1_000);
  expect(noted.map(({ status, version }) => [status, version])).toEqual(noted.map((_, index) => [202, index + 2]));
  await stack.cloud.idle();
  const snapshot = await order.snapshot();
  expect(snapshot?.version).toBeGreaterThanOrEqual(1_000);
  // The first commit that reached the threshold is the one at version 1,000.
  const triggeredAt = await order.committedAt(1_000);
  expect(Date.parse(snapshot?.createdAt ?? "") - triggeredAt).toBeLessThan(WITHIN_MS);

  expect(await order.addNotes(0, 1)).toMatchObject([{ status: 202, version: 2 }]);
  expect(await order.addNotes(1_000, 1)).toMatchObject([{ status: 202, version: 1_002 }]);
});

it("is made of an aggregate that no command comes for, by the hourly run a day after its oldest event", async () => {
  const order = new LongOrder(stack, "order-of-today");
  await order.place();
  await order.addNotes(0, 1);
  const client = cloudClients(stack).dynamoDb();
  const events = new DynamoEventStore(client, String(stack.stackOutputs["eventsTableName"]));
  const [placed, noted] = await commitsOf(events, order.aggregateId);
  // The same two days ago, with many more notes.
  const decidedAt = new Date(Date.now() - 2 * DAY_MS).toISOString();
  const old = new LongOrder(stack, "order-of-old");
  for (const [version, commit] of [placed, ...Array.from({ length: 120 }, () => noted)].entries()) {
    if (commit === undefined) throw new Error("the order has no note");
    const { version: _, committedAt: __, chain: ___, ...rest } = commit;
    const draft = { ...rest, aggregateId: old.aggregateId, commandId: `old-${version}`, decidedAt };
    await events.append({ aggregateId: old.aggregateId, version }, draft);
  }
  client.destroy();

  const state = new StateStore(join(dataDirectory, "state.db"));
  const schedule = state.all().find(({ type }) => type === "aws:scheduler/schedule:Schedule");
  state.close();
  const target = schedule?.inputs["target"] as { arn: string; input: string };
  const scheduledTime = new Date(Date.parse(decidedAt) + DAY_MS + HOUR_MS / 2).toISOString();
  const input = JSON.parse(target.input.replace("<aws.scheduler.scheduled-time>", scheduledTime)) as unknown;
  expect(await stack.cloud.lambda.invoke(target.arn, input)).toMatchObject({ payload: { requested: 1 } });
  await stack.cloud.idle();
  expect(await old.snapshot()).toMatchObject({ version: 121 });
  expect(await order.snapshot()).toBeUndefined();
});
