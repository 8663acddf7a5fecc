import { describe, expect, it } from "vitest";
import { lastVersion } from "../../../runtime/kernel/event.ts";
import { added, at, draft, noted, opened, T0 } from "../../support/counter/commits.ts";
import { commitsOf, headOf, newId, type WholeEventStore } from "./reading.ts";

export const appendContract = (store: () => WholeEventStore): void => {
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

    it("refuses what JSON cannot carry, and stores what is appended beside it", async () => {
      const cycle: Record<string, unknown> = {};
      cycle["self"] = cycle;
      const ids = [newId(), newId(), newId(), newId()];
      const data = [{ text: "a" }, { text: 1n }, cycle, { text: "b" }];
      const outcomes = await Promise.allSettled(
        ids.map((id, index) =>
          store().append(
            { aggregateId: id, version: 0 },
            draft(id, { events: [{ ...noted(), data: data[index] ?? {} }] }),
          ),
        ),
      );
      const reasons = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : undefined));
      expect(reasons).toEqual([
        undefined,
        expect.objectContaining({ code: "NEXUS_EVENT_INVALID", message: expect.stringContaining("BigInt") }),
        expect.objectContaining({ code: "NEXUS_EVENT_INVALID", context: { aggregateId: ids[2] } }),
        undefined,
      ]);
      expect(await Promise.all(ids.map(async (id) => (await commitsOf(store(), id)).length))).toEqual([1, 0, 0, 1]);
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
};
