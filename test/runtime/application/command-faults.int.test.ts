import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { FaultKind } from "../../../local/front/faults.ts";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { StreamCache } from "../../../runtime/application/stream-cache.ts";
import { isNexusError } from "../../../runtime/kernel/errors.ts";
import { ChainVerifier } from "../../../runtime/kernel/hash-chain.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { type FaultyLog, openFaultyLog } from "../../support/counter/faulty-log.ts";
import { counterWorld } from "../../support/counter/world.ts";
import { randomNumbers } from "../../support/random.ts";

const opened: FaultyLog[] = [];
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close();
});

const openLog = async (seed: number, requestTimeoutMs?: number): Promise<FaultyLog> => {
  const log = await openFaultyLog(randomNumbers(seed), requestTimeoutMs);
  opened.push(log);
  return log;
};

const AGGREGATES = ["faulty-0", "faulty-1", "faulty-2"];

/** What no aggregate takes once it is open, with the codes that say so. */
const REFUSED: readonly [type: string, payload: object, expectedVersion: number | undefined, code: string][] = [
  ["OpenCounter", { label: "b" }, undefined, "COUNTER_ALREADY_OPEN"],
  ["SpoilCounter", {}, undefined, "NEXUS_EVENT_INVALID"],
  ["AddToCounter", { amounts: [7] }, 0, "NEXUS_VERSION_CONFLICT"],
];

/** Sends commands from several instances until each has an answer, as a client that retries does; what was acknowledged. */
const drive = async (
  instances: readonly ReturnType<typeof counterWorld>[],
  commands: number,
  random: () => number,
): Promise<ReadonlyMap<string, number>> => {
  const acknowledged = new Map<string, number>();
  const send = async (
    first: number,
    type: string,
    payload: object,
    ids: { commandId: string; aggregateId: string; expectedVersion?: number },
  ) => {
    for (let attempt = 0; ; attempt++)
      try {
        const world = instances[(first + attempt) % instances.length];
        // No clock is to be trusted: each jumps, forth and back.
        if (world !== undefined) world.runtime.time += Math.round((random() - 0.5) * 7_200_000);
        return await world?.send(type, payload, ids);
      } catch (error) {
        if (!isNexusError(error) || !error.retryable || attempt > 400) throw error;
      }
  };
  for (const aggregateId of AGGREGATES)
    await send(0, "OpenCounter", { label: "a" }, { aggregateId, commandId: `open-${aggregateId}` });
  await Promise.all(
    Array.from({ length: 4 }, async (_, client) => {
      for (let index = client; index < commands; index += 4) {
        const ids = { commandId: `command-${index}`, aggregateId: `faulty-${index % 3}` };
        const reply = await send(index, "AddToCounter", { amounts: [index] }, ids);
        acknowledged.set(ids.commandId, reply?.version ?? 0);
        const [refused, wrong, expectedVersion, code] = REFUSED[index % REFUSED.length] ?? [];
        if (refused === undefined || wrong === undefined) continue;
        const expecting = expectedVersion === undefined ? {} : { expectedVersion };
        const refusal = send(index, refused, wrong, { ...ids, ...expecting, commandId: `refused-${index}` });
        await expect(refusal).rejects.toMatchObject({ code });
      }
    }),
  );
  return acknowledged;
};

const COMMANDS = 12;
/** Often enough for commands to come again that were stored: their answer is lost, and so is every look for it. */
const struckBy = fc
  .shuffledSubarray<FaultKind>(["throttle", "failBefore"], { minLength: 1 })
  .map((kinds): FaultKind[] => [...kinds, "failAfter"]);

describe("with a table that throttles, fails before and fails after the effect", () => {
  it("every acknowledged command has its event exactly once, versions have no gap, the chain holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), struckBy, async (seed, struck) => {
        const log = await openLog(seed);
        const instances = Array.from({ length: 3 }, () =>
          counterWorld({ events: log.store, cache: new StreamCache() }),
        );
        const drop = struck.map((kind) => log.faults.add({ service: "dynamodb", action: "*", kind, probability: 0.6 }));
        const acknowledged = await drive(instances, COMMANDS, randomNumbers(seed));
        for (const end of drop) end();
        for (const aggregateId of AGGREGATES) {
          const commits = await commitsOf(log.store, aggregateId);
          const verifier = new ChainVerifier(aggregateId, sha256);
          expect(commits.flatMap((commit) => verifier.add(commit))).toEqual([]);
          expect(commits.map(({ committedAt }) => committedAt)).toEqual(commits.map((c) => c.committedAt).toSorted());
          const ids = commits.map(({ commandId }) => commandId);
          expect(new Set(ids).size).toBe(ids.length);
          // Every commit but the opening is that of an acknowledged command: none of a refused one, nothing half done.
          for (const { commandId, version } of commits.slice(1)) expect(acknowledged.get(commandId)).toBe(version);
        }
        expect(acknowledged.size).toBe(COMMANDS);
      }),
      { numRuns: 4 },
    );
  });

  it("a table that is gone is no passing trouble, and what is sent then is not stored", async () => {
    const log = await openLog(1);
    const world = counterWorld({ events: log.store });
    await world.send("OpenCounter", { label: "a" });
    await log.deleteTable();
    await expect(world.send("AddToCounter", { amounts: [1] })).rejects.toMatchObject({
      code: "NEXUS_INTERNAL",
      cause: { name: "ResourceNotFoundException" },
    });
  });

  it("an append whose answer comes too late counts as stored once", async () => {
    const log = await openLog(1, 100);
    const world = counterWorld({ events: log.store });
    log.faults.add({ service: "dynamodb", action: "PutItem", kind: "delay", delayMs: 400, times: 2 });
    const reply = await world.send("OpenCounter", { label: "a" }, { commandId: "late" });
    expect(reply.version).toBe(1);
    expect(await commitsOf(log.store, "counter-1")).toMatchObject([{ commandId: "late" }]);
  });
});
