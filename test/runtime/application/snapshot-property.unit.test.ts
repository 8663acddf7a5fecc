import fc from "fast-check";
import { expect, it } from "vitest";
import { TAIL_COMMITS } from "../../../runtime/application/stream-loader.ts";
import { RehydratedStream } from "../../../runtime/kernel/stream.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, noted, opened } from "../../support/counter/commits.ts";
import { counter } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

const commitEvents = fc.array(
  fc.oneof(
    fc.integer({ min: -9, max: 9 }).map((amount) => added(amount)),
    fc.string({ maxLength: 5 }).map((text) => noted(text)),
    // An old version, which is upcast on the way.
    fc.integer().map((amount) => ({ type: "CounterAdded", schemaVersion: 1, data: { amount } })),
  ),
  { minLength: 1, maxLength: 3 },
);

it("any snapshot and what came after it lead to the state, head and commands of the whole log", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(commitEvents, { minLength: TAIL_COMMITS, maxLength: 3 * TAIL_COMMITS }),
      fc.nat(),
      async (log, pick) => {
        const world = counterWorld();
        let version = 1;
        await world.store("counter-1", version, [opened()]);
        for (const events of log) {
          await world.store("counter-1", version + 1, events);
          version += events.length;
        }
        const commits = await commitsOf(world.events, "counter-1");
        const whole = new RehydratedStream(counter, "counter-1", world.catalog.upcaster);
        const partial = new RehydratedStream(counter, "counter-1", world.catalog.upcaster);
        for (const commit of commits) whole.fold(commit, 1);
        for (const commit of commits.slice(0, 1 + (pick % commits.length))) partial.fold(commit, 1);
        await world.snapshots.create(counter, partial);
        const snapshot = await world.snapshots.latest(counter, "counter-1");
        expect(snapshot?.version).toBe(partial.version);
        const loaded = await world.loader.load(counter, "counter-1");
        expect(loaded.memento()).toEqual(whole.memento());
        expect(loaded.head).toEqual(whole.head);
        expect(world.telemetry.warnings).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
