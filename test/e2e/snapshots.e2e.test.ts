import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { LongOrder } from "../support/long-order.ts";

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
