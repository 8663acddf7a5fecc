import { describe, expect, it } from "vitest";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import { type Commit, lastVersion, recordedEvents } from "../../../runtime/kernel/event.ts";
import { RehydratedStream, type StreamHead } from "../../../runtime/kernel/stream.ts";
import type { EventStore } from "../../../runtime/ports/event-store.ts";
import { added, at, draft, noted, opened, T0 } from "../../support/counter/commits.ts";
import service, { counter } from "../../support/counter/counter-service.ts";

const { upcaster } = new ServiceCatalog(service);

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

export const commitsOf = async (store: EventStore, aggregateId: string, fromVersion = 1): Promise<Commit[]> => {
  const commits: Commit[] = [];
  for await (const page of store.getEvents(aggregateId, { fromVersion })) commits.push(...page.commits);
  return commits;
};

export const headOf = async (store: EventStore, aggregateId: string): Promise<StreamHead> => {
  const stream = new RehydratedStream(counter, aggregateId, upcaster);
  for (const commit of await commitsOf(store, aggregateId)) stream.fold(commit, 0);
  return stream.head;
};

/** What every event store does. `store` gives one with an empty or a shared log: each test has aggregates of its own. */
export const eventStoreContract = (store: () => EventStore): void => {
  let aggregates = 0;
  const newId = (): string => `contract-${process.pid}-${++aggregates}`;

  describe("append", () => {
    it("stores a commit whole and gives it back as it was", async () => {
      const id = newId();
      const events = [opened("größer ☃"), added(2), noted("")];
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      const stored = await store().append(await headOf(store(), id), draft(id, { events, traceparent }));
      expect(stored).toMatchObject({ version: 1, committedAt: T0, events, traceparent });
      expect(await commitsOf(store(), id)).toEqual([stored]);
    });

    it("numbers commits by their events, without gaps", async () => {
      const id = newId();
      for (const events of [[opened(), added()], [added()], [added(), added(), added()]])
        await store().append(await headOf(store(), id), draft(id, { events }));
      expect((await commitsOf(store(), id)).map((commit) => [commit.version, lastVersion(commit)])).toEqual([
        [1, 2],
        [3, 3],
        [4, 6],
      ]);
    });

    it("refuses a commit behind a head that is no longer the end, and stores nothing of it", async () => {
      const id = newId();
      const head = await headOf(store(), id);
      await store().append(head, draft(id, { events: [opened(), added()] }));
      await expect(store().append(head, draft(id))).rejects.toMatchObject({ code: "NEXUS_VERSION_CONFLICT" });
      expect(await commitsOf(store(), id)).toHaveLength(1);
    });

    it("lets exactly one of many rivals win", async () => {
      const id = newId();
      const head = await headOf(store(), id);
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => store().append(head, draft(id))));
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await commitsOf(store(), id)).toHaveLength(1);
    });

    it("counts the commit of the same command that stands there as stored", async () => {
      const id = newId();
      const head = await headOf(store(), id);
      const first = await store().append(head, draft(id, { commandId: "same" }));
      const again = await store().append(head, draft(id, { commandId: "same", decidedAt: at(5) }));
      expect(again).toEqual(first);
    });

    it("takes another body under the same command id for a rival", async () => {
      const id = newId();
      const head = await headOf(store(), id);
      await store().append(head, draft(id, { commandId: "same", commandDigest: "one" }));
      const other = store().append(head, draft(id, { commandId: "same", commandDigest: "another" }));
      await expect(other).rejects.toMatchObject({ code: "NEXUS_VERSION_CONFLICT" });
    });

    it("verifies a bare version", async () => {
      const id = newId();
      await store().append({ aggregateId: id, version: 0 }, draft(id, { events: [opened(), added()] }));
      for (const version of [0, 1, 3])
        await expect(store().append({ aggregateId: id, version }, draft(id))).rejects.toMatchObject({
          code: "NEXUS_VERSION_CONFLICT",
          context: { expectedVersion: version, actualVersion: 2 },
        });
      expect(await store().append({ aggregateId: id, version: 2 }, draft(id))).toMatchObject({ version: 3 });
    });

    it("never lets time go back within an aggregate", async () => {
      const id = newId();
      await store().append(await headOf(store(), id), draft(id, { decidedAt: at(10) }));
      const behind = await store().append(await headOf(store(), id), draft(id, { decidedAt: at(3) }));
      const bare = await store().append({ aggregateId: id, version: 2 }, draft(id, { decidedAt: at(4) }));
      expect([behind.committedAt, bare.committedAt]).toEqual([at(10), at(10)]);
    });

    it("refuses a commit over 350 KB, and stores nothing of it", async () => {
      const id = newId();
      const text = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join("");
      const tooLarge = store().append(await headOf(store(), id), draft(id, { events: [noted(text)] }));
      await expect(tooLarge).rejects.toMatchObject({ code: "NEXUS_COMMIT_TOO_LARGE" });
      expect(await commitsOf(store(), id)).toEqual([]);
    });

    it("keeps long events as they were", async () => {
      const id = newId();
      const events = [noted("⚡ a long note. ".repeat(2_000))];
      await store().append(await headOf(store(), id), draft(id, { events }));
      expect((await commitsOf(store(), id))[0]?.events).toEqual(events);
    });
  });

  describe("getEvents", () => {
    const fill = async (id: string): Promise<void> => {
      await store().append(await headOf(store(), id), draft(id, { events: [opened()] }));
      await store().append(await headOf(store(), id), draft(id, { events: [added(), added(), added()] }));
      await store().append(await headOf(store(), id), draft(id, { events: [added()] }));
    };

    it("gives one empty page of an aggregate that nobody wrote to", async () => {
      const pages = await all(store().getEvents(newId()));
      expect(pages).toEqual([{ commits: [], bytes: [], more: false }].map((page) => expect.objectContaining(page)));
    });

    it.each([
      [1, [1, 2, 5]],
      [2, [2, 5]],
      [3, [2, 5]],
      [4, [2, 5]],
      [5, [5]],
      [6, []],
    ])("begins from version %i with the commit that holds it", async (fromVersion, versions) => {
      const id = newId();
      await fill(id);
      expect((await commitsOf(store(), id, fromVersion)).map(({ version }) => version)).toEqual(versions);
    });

    it("gives a first page of the asked-for size, then the rest", async () => {
      const id = newId();
      await fill(id);
      const pages = await all(store().getEvents(id, { firstPageCommits: 2 }));
      expect(pages.flatMap(({ commits }) => commits.map(({ version }) => version))).toEqual([1, 2, 5]);
      expect(pages[0]).toMatchObject({ more: true });
      expect(pages[0]?.commits).toHaveLength(2);
      expect(pages.at(-1)).toMatchObject({ more: false });
    });

    it("tells the stored size of each commit", async () => {
      const id = newId();
      await fill(id);
      for await (const { commits, bytes } of store().getEvents(id)) {
        expect(bytes).toHaveLength(commits.length);
        for (const size of bytes) expect(size).toBeGreaterThan(20);
      }
    });

    it("reads a log of many pages in order", async () => {
      const id = newId();
      const text = () => Array.from({ length: 20_000 }, () => Math.random().toString(36).slice(2)).join("");
      for (let version = 1; version <= 6; version++)
        await store().append({ aggregateId: id, version: version - 1 }, draft(id, { events: [noted(text())] }));
      expect((await commitsOf(store(), id)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
    });
  });

  describe("getEventsByTimeRange", () => {
    it("gives the events of all aggregates in a range by time, its end excluded", async () => {
      // A year of its own, so that nothing else in a shared log falls into the range.
      const year = 2100 + aggregates;
      const instant = (time: string) => `${year}-03-01T${time}Z`;
      const [a, b] = [newId(), newId()];
      const put = (id: string, version: number, time: string, events = [added()]) =>
        store().append({ aggregateId: id, version }, draft(id, { events, decidedAt: instant(time) }));
      await put(a, 0, "09:59:59.999");
      await put(b, 0, "10:00:00.000", [opened(), added()]);
      await put(a, 1, "10:30:00.000");
      await put(b, 2, "11:15:00.000");
      await put(a, 2, "12:00:00.000");
      const events = await all(
        store().getEventsByTimeRange({ from: instant("10:00:00.000"), to: instant("12:00:00.000") }),
      );
      expect(events.map(({ id }) => id)).toEqual([`${b}/1`, `${b}/2`, `${a}/2`, `${b}/3`]);
      expect(events[0]).toEqual(recordedEvents((await commitsOf(store(), b))[0] as Commit)[0]);
    });
  });
};
