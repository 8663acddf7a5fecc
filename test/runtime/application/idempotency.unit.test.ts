import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { StreamCache } from "../../../runtime/application/stream-cache.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import { REMEMBERED_COMMANDS, RehydratedStream } from "../../../runtime/kernel/stream.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, commit, opened } from "../../support/counter/commits.ts";
import service, { counter } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

const OTHERS = 1_010;
const request = { aggregate: "counter", aggregateId: "counter-1", version: 1 };

describe("a command retried after a thousand others", () => {
  const worldOf = async () => {
    const world = counterWorld();
    await world.store("counter-1", 1, [opened()]);
    const first = await world.send("AddToCounter", { amounts: [1, 2] }, { commandId: "again", correlationId: "first" });
    for (let count = 0; count < OTHERS; count++) await world.store("counter-1", 4 + count, [added()]);
    return { world, first };
  };
  const again = { commandId: "again", correlationId: "second" };

  it.each(["the log", "a snapshot", "a warm instance"])("gets the first answer, read from %s", async (source) => {
    const { world, first } = await worldOf();
    if (source === "a snapshot") await world.creator.create(request);
    const { events, snapshotStore } = world;
    const other = counterWorld({ events, snapshotStore, cache: new StreamCache() });
    if (source === "a warm instance") await other.send("NoteOnCounter", { text: "warm" });
    expect(await other.send("AddToCounter", { amounts: [1, 2] }, again)).toEqual(first);
    await expect(other.send("AddToCounter", { amounts: [3] }, again)).rejects.toMatchObject({
      code: "NEXUS_IDEMPOTENCY_KEY_REUSED",
    });
    const commits = await commitsOf(events, "counter-1");
    expect(commits.filter(({ commandId }) => commandId === "again")).toHaveLength(1);
  });
});

it("what is remembered of commands takes a snapshot about 25 KB", () => {
  const { upcaster } = new ServiceCatalog(service);
  const stream = new RehydratedStream(counter, "a", upcaster);
  for (let version = 1; version <= REMEMBERED_COMMANDS + 500; version++)
    stream.fold(commit("a", version, { commandId: randomUUID() }), 0);
  const bytes = gzipSync(JSON.stringify(stream.memento())).length;
  expect(bytes).toBeGreaterThan(15_000);
  expect(bytes).toBeLessThan(30_000);
});
