import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { versionAt } from "../../../runtime/application/log-position.ts";
import { TemporalQuery } from "../../../runtime/application/temporal-query.ts";
import { type Commit, lastVersion } from "../../../runtime/kernel/event.ts";
import { added, at } from "../../support/counter/commits.ts";
import { counter } from "../../support/counter/counter-service.ts";
import { foldTo, randomLog, worldOf } from "../../support/counter/random-log.ts";

describe("a temporal query", () => {
  it("finishes in parts to what one unbounded fold answers, whatever the limits, snapshots and later commits", () =>
    fc.assert(
      fc.asyncProperty(
        ...[randomLog, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 20 }), fc.boolean()],
        async (commits, pick, snapshotPick, limit, byVersion) => {
          const { world, version, seconds, stored } = await worldOf(commits);
          if (snapshotPick % 3 > 0) {
            const whole = stored[snapshotPick % stored.length] as Commit;
            await world.snapshots.create(counter, foldTo(world, stored, lastVersion(whole)));
          }
          const instant = at(pick % (seconds + 1));
          const target = byVersion
            ? 1 + (pick % version)
            : lastVersion(stored.findLast(({ committedAt }) => committedAt <= instant) as Commit);
          const asked = byVersion ? { asOfVersion: String(target) } : { asOf: instant };
          const queries = new TemporalQuery(world, { events: limit, milliseconds: 1_000 });
          let answer = await queries.stateAt("counter-1", asked);
          for (let parts = 1; answer.continuation !== undefined; parts++) {
            expect(parts).toBeLessThanOrEqual(version);
            expect(answer.state).toEqual(foldTo(world, stored, answer.version).state);
            await world.store("counter-1", version + parts, [added(1_000)], at(0));
            answer = await queries.stateAt("counter-1", { continuation: answer.continuation });
          }
          const unbounded = foldTo(world, stored, target);
          expect(answer).toEqual({
            ...{ aggregate: "counter", aggregateId: "counter-1", version: target, complete: true },
            ...(byVersion ? { asOfVersion: target } : { asOf: instant }),
            ...{ committedAt: unbounded.head.committedAt, state: unbounded.state },
          });
          expect(world.telemetry.warnings).toEqual([]);
        },
      ),
      { numRuns: 150 },
    ));

  it("begins at the latest snapshot that is not behind the point, unless the log says otherwise", async () => {
    const { world, stored } = await worldOf(Array.from({ length: 30 }, () => ({ events: [added(1)], later: 1 })));
    for (const version of [10, 20, 30]) await world.snapshots.create(counter, foldTo(world, stored, version));
    const getEvents = vi.spyOn(world.events, "getEvents");
    const queries = new TemporalQuery(world);
    expect(await queries.stateAt("counter-1", { asOfVersion: "25" })).toMatchObject({ state: { total: 24 } });
    const forward = getEvents.mock.calls.flatMap(([, options]) => (options?.direction === "backward" ? [] : [options]));
    expect(forward).toEqual([{ fromVersion: 21, toVersion: 25 }]);
    vi.spyOn(world.snapshots, "confirms").mockReturnValue(false);
    expect(await queries.stateAt("counter-1", { asOfVersion: "25" })).toMatchObject({ state: { total: 24 } });
    expect(getEvents.mock.lastCall).toEqual(["counter-1", { fromVersion: 1, toVersion: 25 }]);
  });

  it("stops in time, and gets on with every request", async () => {
    const { world, version } = await worldOf(Array.from({ length: 10 }, () => ({ events: [added()], later: 0 })));
    const read = world.events.getEvents.bind(world.events);
    world.events.getEvents = async function* (...[id, options]) {
      for await (const { commits, bytes } of read(id, options))
        for (const [index, commit] of commits.entries()) {
          world.runtime.time += 3_000;
          yield { commits: [commit], bytes: [bytes[index] ?? 0] };
        }
    };
    const queries = new TemporalQuery(world);
    const began = world.runtime.time;
    const first = await queries.stateAt("counter-1", { asOf: new Date(began).toISOString() });
    expect(first).toMatchObject({ complete: false, version: 5 });
    expect(world.runtime.time - began).toBeLessThan(29_000);
    const second = await queries.stateAt("counter-1", { continuation: String(first.continuation) });
    expect(second).toMatchObject({ complete: true, version });
  });
});

it("the version at an instant is that of the last commit by then", () =>
  fc.assert(
    fc.asyncProperty(randomLog, async (commits) => {
      const { world, seconds, stored } = await worldOf(commits);
      for (let second = -1; second <= seconds + 1; second++) {
        const by = stored.findLast(({ committedAt }) => committedAt <= at(second));
        const found = await versionAt(world.events, stored.at(-1) as Commit, at(second));
        expect(found).toBe(by === undefined ? 0 : lastVersion(by));
      }
    }),
    { numRuns: 60 },
  ));

it("the version at an instant takes no more reads than halving the versions does", async () => {
  const { world, seconds, stored } = await worldOf(
    Array.from({ length: 1_023 }, () => ({ events: [added()], later: 1 })),
  );
  const getEvents = vi.spyOn(world.events, "getEvents");
  for (const second of [0, 1, 300, 511, 512, seconds - 1]) {
    getEvents.mockClear();
    expect(await versionAt(world.events, stored.at(-1) as Commit, at(second))).toBe(second + 1);
    expect(getEvents.mock.calls.length).toBeLessThanOrEqual(10);
  }
});
