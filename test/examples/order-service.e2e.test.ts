import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJourney } from "../../cli/journey.ts";
import { findProject } from "../../cli/project.ts";
import type { ImportReport } from "../../examples/retail/command.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { encodeCommit } from "../../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { cloudClients } from "../support/cloud-clients.ts";
import { MAIN, runCli } from "../support/run-cli.ts";

const ROOT = join(import.meta.dirname, "../..");
const RETAIL = join(ROOT, "../shared/data/online-retail");

let dataDirectory: string;
let stack: Stack;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-orders-"));
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const nexus = (...args: readonly string[]) => runCli([...args, "--data-dir", dataDirectory], { cwd: ROOT });

const order = (description: string) =>
  JSON.stringify({
    country: "EIRE",
    currency: "GBP",
    lines: [{ sku: "1", description, quantity: 2, unitPriceMinor: 5 }],
  });

describe("the journey of an order", () => {
  it.each(["once", "and once more"])("shows every step %s", async () => {
    const { ok, stages } = await runJourney(stack.running, undefined, findProject(ROOT));
    expect(stages.filter((stage) => !stage.ok)).toEqual([]);
    expect(ok).toBe(true);
    expect(stages.map(({ name }) => name).sort()).toEqual([
      "cancelled",
      "found by full text",
      "found by query",
      "noted",
      "notified",
      "placed",
      "refused: no lines",
      "refused: unknown order",
      "routed over Kinesis",
      "routed over SNS and SQS",
      "seen as cancelled",
      "stored",
      "subscribed",
    ]);
  });
});

describe("the command line", () => {
  it("places an order, gives the same answer to the same key, and finds the order", async () => {
    const args = [
      "command",
      "PlaceOrder",
      "--aggregate-id",
      "order-cli",
      "--key",
      "key-1",
      "--data",
      order("zebra mug"),
    ];
    const [first, again] = [await nexus(...args), await nexus(...args)];
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(first.stdout)).toMatchObject({ commandId: "key-1", aggregateId: "order-cli", version: 1 });
    expect(JSON.parse(again.stdout)).toMatchObject({ version: 1, events: [{ id: "order-cli/1" }] });
    await expect
      .poll(async () => (await nexus("query", "order-search", "--q", "zebra", "--json")).stdout, { timeout: 10_000 })
      .toContain('"id":"order-cli"');
    const { stdout } = await nexus("query", "order-list", "--filter", "country=EIRE", "--sort", "-totalMinor");
    expect(stdout).toContain("order-cli");
  });

  it("ends with 1 when a rule refuses the command", async () => {
    const { exitCode, stderr } = await nexus(
      "command",
      "CancelOrder",
      "--aggregate-id",
      "none",
      "--data",
      '{"reason":"x"}',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^nexus: CancelOrder was refused: ORDER_UNKNOWN: /);
  });

  it("shows and verifies the log of the stack, and finds what an operator put over a commit", async () => {
    for (const id of ["order-kept", "order-forged"])
      await nexus("command", "PlaceOrder", "--aggregate-id", id, "--data", order("lantern"));
    expect(await nexus("verify", "--all")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("sound: ") });
    const history = await nexus("history", "order-forged", "--json");
    const event = JSON.parse(history.stdout);
    expect(event).toMatchObject({ id: "order-forged/1", type: "OrderPlaced" });
    const moment = ["--from", event.time, "--to", new Date(Date.parse(event.time) + 1).toISOString()];
    expect((await nexus("events", ...moment, "--json")).stdout).toContain('"id":"order-forged/1"');
    const table = String(stack.running.outputs["eventsTableName"]);
    const client = cloudClients(stack).dynamoDb();
    for await (const { commits } of new DynamoEventStore(client, table).getEvents("order-forged"))
      for (const commit of commits)
        await client.send(
          new PutItemCommand({ TableName: table, Item: encodeCommit({ ...commit, actor: "mallory" }) }),
        );
    client.destroy();
    const { exitCode, stdout } = await nexus("verify", "--all");
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^changed order-forged version 1: .+\n$/)]);
    expect(await nexus("verify", "order-kept")).toMatchObject({ exitCode: 0 });
  });

  it("watches a topic until it is interrupted", async () => {
    const watch = spawn(process.execPath, [MAIN, "watch", "orders", "--json", "--data", dataDirectory], { cwd: ROOT });
    await once(watch.stderr, "data");
    const line = once(createInterface(watch.stdout), "line") as Promise<[string]>;
    await nexus("command", "PlaceOrder", "--aggregate-id", "order-watched", "--data", order("watched"));
    const [notification] = await line;
    expect(JSON.parse(notification)).toMatchObject({ topic: "orders", aggregateId: "order-watched", version: 1 });
    watch.kill("SIGINT");
    expect(await once(watch, "exit")).toEqual([0, null]);
  });
});

describe.skipIf(!existsSync(RETAIL))("the import of the Online Retail data", () => {
  const days = ["01", "02", "03", "05", "06"].map((day) => join(RETAIL, `2010-12-${day}.csv`));
  const importRetail = async (): Promise<ImportReport> => {
    const { exitCode, stdout, stderr } = await nexus("import-retail", "--json", ...days);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return JSON.parse(stdout) as ImportReport;
  };

  // Counted from the files by a program that shares nothing with the importer.
  const counted = {
    invoices: 646,
    placed: 548,
    cancelled: 15,
    refused: { NEXUS_COMMAND_INVALID: 37, ORDER_ALREADY_CANCELLED: 1, ORDER_UNKNOWN: 45 },
    projected: { orders: 548, cancelled: 15, revenueMinor: 23_531_856 },
  };

  it("places, cancels and refuses what it should, and the read model agrees; a second run changes nothing", async () => {
    const { seconds: _, lagMs: lag, ...first } = await importRetail();
    expect(first).toEqual(counted);
    expect(lag.p99).toBeGreaterThan(0);
    const { seconds: __, lagMs: noLag, ...second } = await importRetail();
    expect(second).toEqual(counted);
    expect(noLag).toEqual({ p50: null, p99: null });
  });
});
