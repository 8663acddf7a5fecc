import { expect } from "vitest";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { auditLog } from "../../../runtime/application/log-audit.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import type { LogRecord } from "../../../runtime/ports/event-store.ts";
import { all, type WholeEventStore } from "../../contracts/event-store/reading.ts";
import { at, T0 } from "./commits.ts";
import { asNumbered, placeOf } from "./numbered-commits.ts";

/**
 * Holds a log that only `appendNumbered` wrote to, whatever became of its writers, to what a log promises: its chain is
 * sound and without a gap, each commit whole, no command there twice, and its index agrees. Gives the places of its
 * commits, to be compared with what was acknowledged.
 */
export const soundLog = async (store: WholeEventStore): Promise<ReadonlySet<string>> => {
  const indexed = async () => (await all(store.getCommitKeys({ from: T0, to: at(3_600) }))).flat().map(keyText);
  const commits: Commit[] = [];
  const records = async function* (): AsyncGenerator<readonly LogRecord[]> {
    for await (const page of store.getRecords()) {
      for (const { commit } of page) if (commit !== undefined) commits.push(commit);
      yield page;
    }
  };
  // Around the log: what a killed writer had sent may still arrive at the table while it is read.
  const before = await indexed();
  const reports = await all(auditLog(records(), sha256));
  const after = new Set(await indexed());
  expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
  expect(commits.map(({ events }) => events)).toEqual(commits.map((commit) => asNumbered(commit).events));
  expect(new Set(commits.map(({ commandId }) => commandId)).size).toBe(commits.length);
  const stored = commits.map(keyText);
  const held = new Set(stored);
  expect(before.filter((key) => !held.has(key))).toEqual([]);
  expect(stored.filter((key) => !after.has(key))).toEqual([]);
  return new Set(commits.map(placeOf));
};

const keyText = ({ aggregateId, version }: { readonly aggregateId: string; readonly version: number }): string =>
  `${aggregateId} ${version}`;
