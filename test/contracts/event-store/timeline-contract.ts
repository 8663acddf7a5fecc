import { beforeEach, describe, expect, it } from "vitest";
import { type RecordedEvent, recordedEvents } from "../../../runtime/kernel/event.ts";
import type { TimeRangeOptions } from "../../../runtime/ports/event-store.ts";
import { added, draft, opened } from "../../support/counter/commits.ts";
import { all, commitsOf, newId, type WholeEventStore } from "./reading.ts";

let years = 2100;

export const timelineContract = (store: () => WholeEventStore): void => {
  let a = "";
  let b = "";
  let year = 0;
  const instant = (time: string): string => `${year}-03-01T${time}Z`;
  const range = () => ({ from: instant("10:00:00.000"), to: instant("12:00:00.000") });
  const pages = (options: TimeRangeOptions = {}) => all(store().getEventsByTimeRange(range(), options));
  const ids = (events: readonly RecordedEvent[]) => events.map(({ id }) => id);

  beforeEach(async () => {
    // A year of its own, so that nothing else in a shared log falls into the range.
    year = ++years;
    [a, b] = [newId(), newId()];
    const put = (id: string, version: number, time: string, events = [added()]) =>
      store().append({ aggregateId: id, version }, draft(id, { events, decidedAt: instant(time) }));
    await put(a, 0, "09:59:59.999");
    await put(b, 0, "10:00:00.000", [opened(), added()]);
    await put(a, 1, "10:30:00.000");
    await put(b, 2, "11:15:00.000");
    await put(a, 2, "12:00:00.000");
  });

  describe("getEventsByTimeRange", () => {
    it("gives the events of all aggregates in a range by time, its end excluded", async () => {
      const events = (await pages()).flatMap((page) => page.events);
      expect(ids(events)).toEqual([`${b}/1`, `${b}/2`, `${a}/2`, `${b}/3`]);
      const [first] = await commitsOf(store(), b);
      expect(events.slice(0, 2)).toEqual(first && recordedEvents(first));
    });

    it("goes on behind any page by its token", async () => {
      const found = await pages({ pageCommits: 1 });
      expect(found.map(({ events }) => events.length)).toEqual([2, 1, 1]);
      expect((await pages({ pageCommits: 2 })).map(({ commits }) => commits)).toEqual([2, 1]);
      for (const [index, { token }] of found.entries()) {
        const rest = await pages({ after: token });
        expect(rest.flatMap(({ events }) => ids(events))).toEqual(
          found.slice(index + 1).flatMap(({ events }) => ids(events)),
        );
      }
    });

    it.each(["nonsense", "2001-01-01T00:00:00.000Z#a#000000000001"])("refuses the token %s", async (after) => {
      await expect(pages({ after })).rejects.toMatchObject({ code: "NEXUS_REQUEST_INVALID" });
    });

    it("refuses what is no time", async () => {
      const asked = all(store().getEventsByTimeRange({ from: "yesterday", to: instant("12:00:00.000") }));
      await expect(asked).rejects.toMatchObject({ code: "NEXUS_REQUEST_INVALID" });
    });
  });

  it("getCommitKeys tells which commits fall into a range", async () => {
    const keys = (await all(store().getCommitKeys(range()))).flat();
    const sorted = keys.map(({ aggregateId, version }) => `${aggregateId}/${version}`).sort();
    expect(sorted).toEqual([`${a}/2`, `${b}/1`, `${b}/3`].sort());
  });

  it("getRecords gives every commit, those of an aggregate together and in order, and finds nothing", async () => {
    const records = (await all(store().getRecords())).flat();
    const runs = records.filter(({ aggregateId }, at) => records[at - 1]?.aggregateId !== aggregateId);
    expect(new Set(runs.map(({ aggregateId }) => aggregateId)).size).toBe(runs.length);
    expect(records.flatMap(({ findings }) => findings)).toEqual([]);
    for (const id of [a, b]) {
      const ofOne = records.filter(({ aggregateId }) => aggregateId === id);
      expect(ofOne.map(({ commit }) => commit)).toEqual(await commitsOf(store(), id));
      expect((await all(store().getRecords(id))).flat()).toEqual(ofOne);
    }
  });
};
