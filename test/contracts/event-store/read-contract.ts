import { describe, expect, it } from "vitest";
import { added, draft, noted, opened } from "../../support/counter/commits.ts";
import { all, commitsOf, headOf, newId, type WholeEventStore } from "./reading.ts";

export const readContract = (store: () => WholeEventStore): void => {
  describe("getEvents", () => {
    const fill = async (id: string): Promise<void> => {
      await store().append(await headOf(store(), id), draft(id, { events: [opened()] }));
      await store().append(await headOf(store(), id), draft(id, { events: [added(), added(), added()] }));
      await store().append(await headOf(store(), id), draft(id, { events: [added()] }));
    };

    it("gives one empty page of an aggregate that nobody wrote to", async () => {
      const pages = await all(store().getEvents(newId()));
      expect(pages).toEqual([{ commits: [], bytes: [] }]);
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

    it.each([
      [1, [1]],
      [2, [1, 2]],
      [4, [1, 2]],
      [5, [1, 2, 5]],
      [9, [1, 2, 5]],
      [0, []],
    ])("ends with the commit that holds version %i", async (toVersion, versions) => {
      const id = newId();
      await fill(id);
      expect((await commitsOf(store(), id, { toVersion })).map(({ version }) => version)).toEqual(versions);
    });

    it.each([
      [{}, [5, 2, 1]],
      [{ fromVersion: 3 }, [5, 2]],
      [{ fromVersion: 3, toVersion: 4 }, [2]],
      [{ toVersion: 4 }, [2, 1]],
      [{ firstPageCommits: 1 }, [5, 2, 1]],
      [{ fromVersion: 3, firstPageCommits: 1 }, [5, 2]],
    ])("reads backward with %o", async (options, versions) => {
      const id = newId();
      await fill(id);
      const commits = await commitsOf(store(), id, { ...options, direction: "backward" });
      expect(commits.map(({ version }) => version)).toEqual(versions);
    });

    it("gives whole commits that hold an event of the asked-for types", async () => {
      const id = newId();
      await fill(id);
      await store().append(await headOf(store(), id), draft(id, { events: [added(), noted()] }));
      const versions = async (...types: string[]) =>
        (await commitsOf(store(), id, { types })).map(({ version, events }) => [version, events.length]);
      expect(await versions("CounterNoted")).toEqual([[6, 2]]);
      expect(await versions("CounterOpened", "CounterNoted")).toEqual([
        [1, 1],
        [6, 2],
      ]);
      expect(await versions("CounterClosed")).toEqual([]);
    });

    it("begins at a commit without looking for one before", async () => {
      const id = newId();
      await fill(id);
      const versions = async (fromCommit: number) =>
        (await commitsOf(store(), id, { fromCommit })).map(({ version }) => version);
      expect(await versions(2)).toEqual([2, 5]);
      expect(await versions(6)).toEqual([]);
    });

    it("gives a first page of the asked-for size, then the rest", async () => {
      const id = newId();
      await fill(id);
      const pages = await all(store().getEvents(id, { firstPageCommits: 2 }));
      expect(pages.flatMap(({ commits }) => commits.map(({ version }) => version))).toEqual([1, 2, 5]);
      expect(pages[0]?.commits).toHaveLength(2);
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
};
