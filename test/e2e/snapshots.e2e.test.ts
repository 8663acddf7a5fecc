import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiSigner } from "../../cli/client/sign.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import type { Snapshot } from "../../runtime/ports/snapshot-store.ts";

const ROOT = join(import.meta.dirname, "../..");
const WITHIN_MS = 5_000;

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

interface Entry {
  readonly type: string;
  readonly commandId: string;
  readonly aggregateId: string;
  readonly payload: object;
}

const post = async (commands: readonly Entry[]) => {
  const url = new URL(`${stack.running.api}/api/commands`);
  const body = JSON.stringify({ commands });
  const headers = { "content-type": "application/json" };
  const { host: _, ...signed } = await apiSigner(stack.running).sign({ method: "POST", url, headers, body });
  const response = await fetch(url, { method: "POST", headers: signed, body });
  return {
    status: response.status,
    body: (await response.json()) as { results: { status: number; version: number }[] },
  };
};

const order = {
  country: "France",
  currency: "GBP",
  lines: [{ sku: "1", description: "a lantern", quantity: 1, unitPriceMinor: 5 }],
};
const notes = (aggregateId: string, from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({
    type: "AddOrderNote",
    commandId: `note-${from + index}`,
    aggregateId,
    payload: { text: `note ${from + index}` },
  }));

const call = (action: string, input: Record<string, unknown>) => stack.cloud.dynamodb.call(action, input);

const snapshotsOf = async (aggregateId: string): Promise<Snapshot[]> => {
  const { TableNames } = (await call("ListTables", {})) as { TableNames: string[] };
  const TableName = TableNames.find((name) => name.startsWith("orders-snapshots"));
  const { Items } = (await call("Scan", { TableName })) as { Items: { body: { B: string } }[] };
  return Items.map(({ body }) => JSON.parse(gunzipSync(Buffer.from(body.B, "base64")).toString()) as Snapshot).filter(
    (snapshot) => snapshot.aggregateId === aggregateId,
  );
};

it("is made within five seconds of the thousandth event, and commands go on from it", async () => {
  const id = "order-snapshot";
  await post([{ type: "PlaceOrder", commandId: "place", aggregateId: id, payload: order }]);
  for (let sent = 0; sent < 1_000; sent += 100) {
    const { status, body } = await post(notes(id, sent, 100));
    expect(status).toBe(207);
    expect(body.results.at(-1)).toMatchObject({ status: 202, version: sent + 101 });
  }
  await stack.cloud.idle();
  const [snapshot] = await snapshotsOf(id);
  expect(snapshot?.version).toBeGreaterThanOrEqual(1_000);
  // The first commit that reached the threshold is the one at version 1,000.
  const { Items } = (await call("Query", {
    TableName: stack.stackOutputs["eventsTableName"],
    KeyConditionExpression: "aggregateId = :id AND version = :version",
    ExpressionAttributeValues: { ":id": { S: id }, ":version": { N: "1000" } },
  })) as { Items: { committedAt: { S: string } }[] };
  const triggeredAt = Date.parse(Items[0]?.committedAt.S ?? "");
  expect(Date.parse(snapshot?.createdAt ?? "") - triggeredAt).toBeLessThan(WITHIN_MS);

  const again = await post([...notes(id, 0, 1), ...notes(id, 1_000, 1)]);
  expect(again.body.results).toMatchObject([
    { status: 202, version: 2 },
    { status: 202, version: 1_002 },
  ]);
});
