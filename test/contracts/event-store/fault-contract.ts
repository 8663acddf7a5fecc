import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { FaultKind } from "../../../local/front/faults.ts";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { auditLog } from "../../../runtime/application/log-audit.ts";
import type { CommitDraft } from "../../../runtime/kernel/commit.ts";
import { hasCode, isNexusError } from "../../../runtime/kernel/errors.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import { added, at, draft } from "../../support/counter/commits.ts";
import type { FaultyLog } from "../../support/counter/faulty-log.ts";
import { randomNumbers } from "../../support/random.ts";
import { all, commitsOf, headOf, newId } from "./reading.ts";

/** How long a client waits for an answer where some never come. */
const PATIENCE_MS = 250;
const WRITERS = 3;
const TURNS = 8;

const kinds: readonly FaultKind[] = ["throttle", "failBefore", "failAfter", "delay"];

interface Refused {
  readonly command: CommitDraft;
  readonly code: string;
}

/** Tries until the log can be read. */
const patiently = async <T>(read: () => Promise<T>): Promise<T> => {
  for (;;)
    try {
      return await read();
    } catch (error) {
      if (!hasCode(error, "NEXUS_EVENT_STORE_UNAVAILABLE")) throw error;
    }
};

/** Rivals on two aggregates, whose clocks jump. Each command is sent once, or again as it was until it has an answer. */
const appendAsRivals = async ({ store }: FaultyLog, seed: number, again: boolean) => {
  const random = randomNumbers(seed);
  const ids = [newId(), newId()];
  const acknowledged: Commit[] = [];
  const refused: Refused[] = [];
  const write = async (aggregateId: string): Promise<void> => {
    const head = await patiently(() => headOf(store, aggregateId));
    const events = Array.from({ length: 1 + Math.floor(random() * 3) }, () => added(Math.floor(random() * 9)));
    const command = draft(aggregateId, { events, decidedAt: at(Math.floor((random() - 0.5) * 86_400)) });
    const append = () => store.append(head, command);
    try {
      acknowledged.push(await (again ? patiently(append) : append()));
    } catch (error) {
      refused.push({ command, code: isNexusError(error) ? error.code : String(error) });
    }
  };
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let turn = 0; turn < TURNS; turn++) await write(ids[turn % 2] as string);
    }),
  );
  return { ids, acknowledged, refused };
};

const inOrder = (commits: readonly Commit[]): Commit[] =>
  commits.toSorted((a, b) =>
    a.aggregateId === b.aggregateId ? a.version - b.version : a.aggregateId < b.aggregateId ? -1 : 1,
  );

/** What stands in the log of some aggregates, after it was held to its chain; versions have no gap and time its order. */
const soundCommits = async ({ store }: FaultyLog, ids: readonly string[]): Promise<Commit[]> => {
  const logs = await Promise.all(ids.map((id) => commitsOf(store, id)));
  const audits = await Promise.all(ids.map((id) => all(auditLog(store.getRecords(id), sha256))));
  expect(audits.flat().flatMap(({ findings }) => findings)).toEqual([]);
  for (const commits of logs)
    expect(commits.map(({ committedAt }) => committedAt)).toEqual(commits.map((c) => c.committedAt).toSorted());
  return inOrder(logs.flat());
};

/** What a store does whose table throttles, fails, answers late or is gone, while clocks jump. `open` gives an empty log. */
export const faultContract = (open: (random: () => number, requestTimeoutMs: number) => Promise<FaultyLog>): void => {
  const logs: FaultyLog[] = [];
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
  });
  const opened = async (seed: number): Promise<FaultyLog> => {
    const log = await open(randomNumbers(seed), PATIENCE_MS);
    logs.push(log);
    return log;
  };
  const strike = ({ faults }: FaultyLog, action: string, struck: readonly FaultKind[], probability: number): void => {
    for (const kind of struck)
      faults.add({
        service: "dynamodb",
        action,
        kind,
        ...(kind === "delay" ? { delayMs: Infinity, times: 2 } : { probability }),
      });
  };
  const faulty = [fc.nat(), fc.shuffledSubarray([...kinds], { minLength: 1 }), fc.constantFrom(0.3, 0.9)] as const;

  describe("under faults of the table", () => {
    it("what was acknowledged stands in the log once, what failed never does", async () => {
      const codes = new Set<string>();
      await fc.assert(
        fc.asyncProperty(...faulty, async (seed, struck, probability) => {
          const log = await opened(seed);
          strike(log, "PutItem", struck, probability);
          const { ids, acknowledged, refused } = await appendAsRivals(log, seed, false);
          log.faults.clear();
          expect(await soundCommits(log, ids)).toEqual(inOrder(acknowledged));
          for (const { code } of refused) codes.add(code);
        }),
        { numRuns: 16, examples: [[1, ["throttle", "failBefore"], 0.9]] },
      );
      // Both ways of failing came up: a rival was first, and the table would not take it.
      expect([...codes].sort()).toEqual(["NEXUS_EVENT_STORE_UNAVAILABLE", "NEXUS_VERSION_CONFLICT"]);
    });

    it("what is sent again until it is answered stands in the log once, though reads fail too", async () => {
      await fc.assert(
        fc.asyncProperty(...faulty, async (seed, struck, probability) => {
          const log = await opened(seed);
          strike(log, "*", struck, probability / 2);
          const { ids, acknowledged, refused } = await appendAsRivals(log, seed, true);
          log.faults.clear();
          expect(await soundCommits(log, ids)).toEqual(inOrder(acknowledged));
          for (const { code } of refused) expect(code).toBe("NEXUS_VERSION_CONFLICT");
        }),
        { numRuns: 8 },
      );
    });

    it("nothing that was sent to a table that was gone is in the one that takes its place", async () => {
      const log = await opened(1);
      const id = newId();
      const head = await headOf(log.store, id);
      const command = draft(id);
      await log.deleteTable();
      const refused = { code: "NEXUS_INTERNAL", cause: { name: "ResourceNotFoundException" } };
      await expect(log.store.append(head, command)).rejects.toMatchObject(refused);
      await expect(headOf(log.store, id)).rejects.toMatchObject(refused);
      await log.createTable();
      expect(await commitsOf(log.store, id)).toEqual([]);
      const stored = await log.store.append(head, command);
      expect(await commitsOf(log.store, id)).toEqual([stored]);
    });
  });
};
