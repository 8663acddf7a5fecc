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

const load = new OrderLoad();
let dataDirectory: string;
let stack: Stack;
let log: ReadonlyMap<string, readonly Commit[]>;

/** Kills the stack under load, after a number of acknowledgements that the seed decides: seven commands are under way. */
const killUnderLoad = async (child: StackProcess, seed: number): Promise<void> => {
  const enough = 40 + Math.floor(randomNumbers(seed)() * 80);
  let killed: Promise<void> | undefined;
  await load.run(child.running, {
    seed,
    clients: CLIENTS,
    onAcknowledged: (count) => {
      if (count >= enough) killed ??= child.kill();
    },
  });
  await killed;
};

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-kill-"));
  const start = () => startStackProcess(dataDirectory);
  await killUnderLoad(await start(), SEED);
  // Killed when its functions have just begun to catch up with what the first one left.
  await (await start()).kill();
  for (const seed of [SEED + 100, SEED + 200]) {
    const child = await start();
    await load.retry(child.running);
    await killUnderLoad(child, seed);
  }
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
  await load.retry(stack.running);
  await stack.cloud.idle();
  log = await readLog(auditor(stack.running, stack.cloud), stack.running);
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe("a stack that was killed under load, three times, and once while it caught up", () => {
  it("has in its log every command that was acknowledged, once, as it was acknowledged", () => {
    const byCommand = Map.groupBy([...log.values()].flat(), ({ commandId }) => commandId);
    const acknowledged = load.acknowledged.map(({ receipt: { commandId, aggregateId, version, events } }) => ({
      ...{ commandId, aggregateId, version, types: events.map(({ type }) => type) },
    }));
    expect(acknowledged.length).toBeGreaterThan(120);
    const stored = acknowledged.map(({ commandId }) =>
      byCommand.get(commandId)?.map((commit) => ({
        commandId,
        aggregateId: commit.aggregateId,
        version: lastVersion(commit),
        types: commit.events.map(({ type }) => type),
      })),
    );
    expect(stored).toEqual(acknowledged.map((one) => [one]));
  });

  it("has answered what was under way when it was sent again: nothing is lost between yes and no", () => {
    expect(load.unanswered).toEqual([]);
  });

  it("has versions without gaps", () => {
    for (const [aggregateId, commits] of log) {
      const expected = commits.map(
        (_, index) => 1 + commits.slice(0, index).reduce((sum, c) => sum + c.events.length, 0),
      );
      expect(
        commits.map(({ version }) => version),
        aggregateId,
      ).toEqual(expected);
    }
  });

  it("gives the first answer again to a command that was acknowledged by a process that is gone", async () => {
    const api = apiClient(stack.running);
    for (const { command, receipt } of [load.acknowledged[0], load.acknowledged.at(-1 - CLIENTS)].flatMap(
      (one) => one ?? [],
    ))
      expect(await api.command(command)).toMatchObject({ accepted: true, receipt });
  });

  it.each([orderList, orderSearch])("has the $name that its log comes to", async (projection) => {
    const wanted = foldLog(log, projection);
    await expect
      .poll(() => readReadModel(stack.running, projection), { timeout: 60_000, interval: 500 })
      .toEqual(wanted);
  });

  it("has delivered every message and given up none", { timeout: 60_000 }, async () => {
    // A message that was in flight when the process died comes back after its visibility timeout.
    await expect.poll(() => queuedMessages(stack.cloud), { timeout: 50_000, interval: 250 }).toEqual({});
  });
});
