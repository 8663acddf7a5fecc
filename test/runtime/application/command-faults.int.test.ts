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

let log: FaultyLog;
afterEach(() => log.close());

/** Sends commands from several instances until each has an answer, as a client that retries does; what was acknowledged. */
const drive = async (instances: readonly ReturnType<typeof counterWorld>[], commands: number) => {
  const acknowledged = new Map<string, number>();
  const send = async (index: number): Promise<void> => {
    const commandId = `command-${index}`;
    const aggregateId = `faulty-${index % 3}`;
    for (let attempt = 0; ; attempt++)
      try {
        const world = instances[(index + attempt) % instances.length];
        const reply = await world?.send("AddToCounter", { amounts: [index] }, { aggregateId, commandId });
        acknowledged.set(commandId, reply?.version ?? 0);
        return;
      } catch (error) {
        if (!isNexusError(error) || !error.retryable) throw error;
        if (attempt > 60) throw error;
      }
  };
  for (const aggregateId of ["faulty-0", "faulty-1", "faulty-2"])
    await instances[0]?.send("OpenCounter", { label: "a" }, { aggregateId, commandId: `open-${aggregateId}` });
  await Promise.all(
    Array.from({ length: 4 }, async (_, client) => {
      for (let index = client; index < commands; index += 4) await send(index);
    }),
  );
  return acknowledged;
};

const kinds: FaultKind[] = ["throttle", "failBefore", "failAfter"];

describe("with a table that throttles, fails before and fails after the effect", () => {
  it("every acknowledged command has its event exactly once, versions have no gap, the chain holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.shuffledSubarray(kinds, { minLength: 1 }), async (seed, struck) => {
        log = await openFaultyLog(randomNumbers(seed));
        const instances = Array.from({ length: 3 }, () =>
          counterWorld({ events: log.store, cache: new StreamCache() }),
        );
        // Each has a clock of its own, and none agrees with another.
        for (const [index, { runtime }] of instances.entries()) runtime.time -= index * 3_600_000;
        const drop = struck.map((kind) =>
          log.faults.add({ service: "dynamodb", action: "*", kind, probability: 0.25 }),
        );
        const acknowledged = await drive(instances, 24);
        for (const end of drop) end();
        for (const aggregateId of ["faulty-0", "faulty-1", "faulty-2"]) {
          const commits = await commitsOf(log.store, aggregateId);
          const verifier = new ChainVerifier(aggregateId, sha256);
          expect(commits.flatMap((commit) => verifier.add(commit))).toEqual([]);
          expect(commits.map(({ committedAt }) => committedAt)).toEqual(commits.map((c) => c.committedAt).toSorted());
          const ids = commits.map(({ commandId }) => commandId);
          expect(new Set(ids).size).toBe(ids.length);
          for (const { commandId, version } of commits.slice(1)) expect(acknowledged.get(commandId)).toBe(version);
        }
        expect(acknowledged.size).toBe(24);
        await log.close();
      }),
      { numRuns: 8 },
    );
    log = await openFaultyLog(randomNumbers(1));
  });

  it("a table that is gone is no passing trouble, and what is sent then is not stored", async () => {
    log = await openFaultyLog(randomNumbers(1));
    const world = counterWorld({ events: log.store });
    await world.send("OpenCounter", { label: "a" });
    await log.deleteTable();
    await expect(world.send("AddToCounter", { amounts: [1] })).rejects.toMatchObject({
      code: "NEXUS_INTERNAL",
      cause: { name: "ResourceNotFoundException" },
    });
  });

  it("an append whose answer comes too late counts as stored once", async () => {
    log = await openFaultyLog(randomNumbers(1), 100);
    const world = counterWorld({ events: log.store });
    log.faults.add({ service: "dynamodb", action: "PutItem", kind: "delay", delayMs: 400, times: 2 });
    const reply = await world.send("OpenCounter", { label: "a" }, { commandId: "late" });
    expect(reply.version).toBe(1);
    expect(await commitsOf(log.store, "counter-1")).toMatchObject([{ commandId: "late" }]);
  });
});
