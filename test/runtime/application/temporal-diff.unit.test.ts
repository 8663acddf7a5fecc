import fc from "fast-check";
import { applyPatch } from "rfc6902";
import { describe, expect, it } from "vitest";
import { jsonPatch } from "../../../runtime/adapters/rfc6902/json-patch.ts";
import { TemporalDiff, type TemporalDifference } from "../../../runtime/application/temporal-diff.ts";
import { ANSWER_LIMIT_BYTES, answerBytes } from "../../../runtime/kernel/answer-size.ts";
import { lastVersion, type RecordedEvent, recordedEvents } from "../../../runtime/kernel/event.ts";
import type { ServiceDefinition } from "../../../runtime/kernel/service.ts";
import type { PatchOperation } from "../../../runtime/ports/json-patch.ts";
import { added, noted } from "../../support/counter/commits.ts";
import { counter } from "../../support/counter/counter-service.ts";
import { foldTo, randomLog, worldOf } from "../../support/counter/random-log.ts";
import { counterWorld } from "../../support/counter/world.ts";

const applied = (patch: readonly PatchOperation[], state: unknown): unknown => {
  const document = structuredClone(state);
  applyPatch(document, structuredClone(patch) as Parameters<typeof applyPatch>[1]);
  return document;
};

/** All parts of an answer, of which every one gets on. */
const partsOf = async (diffs: TemporalDiff, asked: Record<string, string>): Promise<TemporalDifference[]> => {
  const parts = [await diffs.between("counter-1", asked)];
  for (let last = parts[0]; last?.continuation !== undefined; last = parts.at(-1)) {
    expect(last).not.toHaveProperty("patch");
    parts.push(await diffs.between("counter-1", { continuation: last.continuation }));
    expect(parts.length).toBeLessThan(1_000);
  }
  return parts;
};

describe("a difference", () => {
  it("applied to the state at its beginning gives the state at its end, in however many parts", () =>
    fc.assert(
      fc.asyncProperty(
        ...[randomLog, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 20 }), fc.nat()],
        async (commits, one, other, limit, snapshotPick) => {
          const { world, version, stored } = await worldOf(commits);
          const [from = 0, to = 0] = [one % (version + 1), 1 + (other % version)].sort((a, b) => a - b);
          if (snapshotPick % 3 > 0) {
            const end = lastVersion(stored[snapshotPick % stored.length] ?? (stored[0] as (typeof stored)[0]));
            await world.snapshots.create(counter, foldTo(world, stored, end));
          }
          const diffs = new TemporalDiff({ ...world, createPatch: jsonPatch }, { events: limit, milliseconds: 1_000 });
          const parts = await partsOf(diffs, { fromVersion: String(from), toVersion: String(to) });
          const between = stored.flatMap(recordedEvents).filter((event) => event.version > from && event.version <= to);
          expect(parts.flatMap(({ events }) => events)).toEqual(between);
          const { patch = [], ...last } = parts.at(-1) as TemporalDifference;
          expect(last).toMatchObject({ from: { version: from }, to: { version: to }, version: to, complete: true });
          expect(applied(patch, foldTo(world, stored, from).state)).toEqual(foldTo(world, stored, to).state);
        },
      ),
      { numRuns: 150 },
    ));

  it("of many bytes comes in parts that a function may return", async () => {
    const { world, version } = await worldOf(
      Array.from({ length: 40 }, () => ({ events: [noted('"ä'.repeat(60_000))], later: 1 })),
    );
    const diffs = new TemporalDiff({ ...world, createPatch: jsonPatch });
    const parts = await partsOf(diffs, { fromVersion: "1", toVersion: String(version) });
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(answerBytes(JSON.stringify(part))).toBeLessThanOrEqual(ANSWER_LIMIT_BYTES);
    expect(parts.flatMap(({ events }) => events).map((event) => event.version)).toEqual(
      Array.from({ length: version - 1 }, (_, index) => index + 2),
    );
  });

  it("whose patch has no room beside the events tells it in a part of its own", async () => {
    const { world, version } = await worldOf([{ events: [added(1)], later: 1 }]);
    const large: readonly PatchOperation[] = [
      { op: "add", path: "/text", value: "x".repeat(ANSWER_LIMIT_BYTES - 9_000) },
    ];
    const events: RecordedEvent[] = recordedEvents(
      await world.store(
        "counter-1",
        version + 1,
        [noted("y".repeat(10_000))],
        new Date(world.runtime.time).toISOString(),
      ),
    );
    const diffs = new TemporalDiff({ ...world, createPatch: () => large });
    const parts = await partsOf(diffs, { fromVersion: String(version), toVersion: String(version + 1) });
    expect(parts).toMatchObject([
      { complete: false, version: version + 1, events },
      { complete: true, version: version + 1, events: [], patch: large },
    ]);
  });

  it("does not rely on a reducer that leaves the state it is given alone", async () => {
    const evolve = (state: { total: number }, { data }: { data: { amount?: number } }) => {
      state.total += data.amount ?? 0;
      return state;
    };
    const { aggregates, ...rest } = counterWorld().catalog.service;
    const careless = {
      ...rest,
      aggregates: aggregates.map((one) => ({ ...one, evolve, initialState: () => ({ total: 0 }) })),
    };
    const world = counterWorld({ service: careless as unknown as ServiceDefinition });
    await world.store("counter-1", 1, [added(2)]);
    await world.store("counter-1", 2, [added(3)]);
    const diffs = new TemporalDiff({ ...world, createPatch: jsonPatch });
    expect((await diffs.between("counter-1", { fromVersion: "1", toVersion: "2" })).patch).toEqual([
      { op: "replace", path: "/total", value: 5 },
    ]);
  });
});
