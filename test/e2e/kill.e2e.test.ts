import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient } from "../../cli/client/api-client.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { orderList, orderSearch } from "../../runtime/domain/order/projections.ts";
import { type Commit, lastVersion } from "../../runtime/kernel/event.ts";
import { OrderLoad } from "../support/order-load.ts";
import { randomNumbers } from "../support/random.ts";
import { auditor, foldLog, queuedMessages, readLog, readReadModel } from "../support/stack-audit.ts";
import { ROOT, type StackProcess, startStackProcess } from "../support/stack-process.ts";

const SEED = 20101201;
const CLIENTS = 8;

const load = new OrderLoad({ seed: SEED, clients: CLIENTS });
const random = randomNumbers(SEED);
let dataDirectory: string;
let child: StackProcess;
let stack: Stack;
let client: ReturnType<typeof auditor>;
let log: ReadonlyMap<string, readonly Commit[]>;

/** Kills a stack after a number of acknowledgements that the seed decides, while the other clients wait for theirs. */
const killUnderLoad = async (): Promise<void> => {
  child = await startStackProcess(dataDirectory);
  const last = 40 + Math.floor(random() * 80);
  let killed: Promise<void> | undefined;
  await load.run(child.running, (acknowledged) => {
    if (acknowledged === last) killed = child.kill();
    return false;
  });
  await killed;
};

/** Kills a stack whose functions have just begun to catch up with what the one before left. */
const killCatchingUp = async (): Promise<void> => {
  child = await startStackProcess(dataDirectory);
  await child.kill();
};

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-kill-"));
  for (const kill of [killUnderLoad, killCatchingUp, killUnderLoad, killUnderLoad]) await kill();
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
  await load.run(stack.running, (acknowledged) => acknowledged >= 2 * CLIENTS);
  await stack.cloud.idle();
  client = auditor(stack.running, stack.cloud);
  log = await readLog(client, stack.running);
});
afterAll(async () => {
  await child?.kill();
  client?.destroy();
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe("a stack that was killed three times under load, and once while it caught up", () => {
  it("has in its log every command that was acknowledged, once, as it was acknowledged", () => {
    expect(load.acknowledged.length).toBeGreaterThan(120);
    const byCommand = commitsByCommand(log);
    for (const { receipt } of load.acknowledged) {
      const types = receipt.events.map(({ type }) => type);
      const expected = { aggregateId: receipt.aggregateId, version: receipt.version, types };
      expect(byCommand.get(receipt.commandId), receipt.commandId).toEqual([expected]);
    }
  });

  it("has versions without gaps", () => {
    for (const [aggregateId, commits] of log) {
      let next = 1;
      for (const commit of commits) {
        expect(commit.version, aggregateId).toBe(next);
        next = lastVersion(commit) + 1;
      }
    }
  });

  it.each([orderList, orderSearch])("has the $name that its log comes to", { timeout: 60_000 }, async (projection) => {
    const wanted = foldLog(log, projection);
    // An event in a queue that was being handled at the kill comes back after its visibility timeout.
    await expect
      .poll(() => readReadModel(stack.running, projection), { timeout: 50_000, interval: 250 })
      .toEqual(wanted);
  });

  it("has delivered every message and given up none", { timeout: 60_000 }, async () => {
    await expect.poll(() => queuedMessages(stack.cloud), { timeout: 50_000, interval: 250 }).toEqual({});
  });

  it("answers what it has answered before as it did then, and does once what it never answered", async () => {
    const api = apiClient(stack.running);
    for (const { command, receipt } of load.acknowledged.filter((_, index) => index % 25 === 0))
      expect(await api.command(command)).toMatchObject({ accepted: true, receipt });
    expect(load.abandoned.length).toBeGreaterThan(0);
    for (const command of load.abandoned) expect(await api.command(command)).toMatchObject({ accepted: true });
    const byCommand = commitsByCommand(await readLog(client, stack.running));
    for (const { key } of load.abandoned) expect(byCommand.get(key), key).toHaveLength(1);
  });
});

const commitsByCommand = (read: ReadonlyMap<string, readonly Commit[]>) =>
  new Map(
    [...Map.groupBy([...read.values()].flat(), ({ commandId }) => commandId)].map(([commandId, commits]) => [
      commandId,
      commits.map((commit) => ({
        aggregateId: commit.aggregateId,
        version: lastVersion(commit),
        types: commit.events.map(({ type }) => type),
      })),
    ]),
  );
