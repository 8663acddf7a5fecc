import { describe, expect, it } from "vitest";
import { MemoryEventStore } from "../../../runtime/adapters/memory/memory-event-store.ts";
import { MemorySnapshotStore } from "../../../runtime/adapters/memory/memory-snapshot-store.ts";
import { SnapshotManager } from "../../../runtime/application/snapshot-manager.ts";
import { StreamCache } from "../../../runtime/application/stream-cache.ts";
import { TAIL_COMMITS } from "../../../runtime/application/stream-loader.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import type { ReadOptions } from "../../../runtime/ports/event-store.ts";
import type { Snapshot, StoredSnapshot } from "../../../runtime/ports/snapshot-store.ts";
import { added, opened } from "../../support/counter/commits.ts";
import { counter } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

/** A log that remembers from where it was read. */
class WatchedEventStore extends MemoryEventStore {
  readonly reads: ReadOptions[] = [];

  override getEvents(aggregateId: string, options: ReadOptions = {}) {
    this.reads.push(options);
    return super.getEvents(aggregateId, options);
  }
}

const fill = async (world: ReturnType<typeof counterWorld>, commits: number, eventsEach: number): Promise<void> => {
  await world.store("counter-1", 1, [opened()]);
  for (let count = 0; count < commits; count++)
    await world.store(
      "counter-1",
      2 + count * eventsEach,
      Array.from({ length: eventsEach }, () => added()),
    );
};

const request = { aggregate: "counter", aggregateId: "counter-1", version: 1 };

describe("a snapshot", () => {
  it("is asked for once a thousand events have gathered, and not before", async () => {
    const world = counterWorld();
    await fill(world, 3, 332);
    await world.send("AddToCounter", { amounts: [1, 1] });
    expect(world.snapshotQueue.requests).toEqual([]);
    await world.send("AddToCounter", { amounts: [1] });
    expect(world.snapshotQueue.requests).toEqual([
      { aggregate: "counter", aggregateId: "counter-1", version: 1_000, events: 1_000 },
    ]);
  });

  it("that cannot be asked for does not fail the command", async () => {
    const world = counterWorld();
    await fill(world, 4, 300);
    world.snapshotQueue.failing = true;
    expect((await world.send("AddToCounter", { amounts: [1] })).version).toBe(1_202);
    expect(world.telemetry.errors).toHaveLength(1);
  });

  it("is not made when another has been made since it was asked for", async () => {
    const world = counterWorld();
    await fill(world, 120, 10);
    await world.creator.create(request);
    await world.store("counter-1", 1_202, [added()]);
    await world.creator.create(request);
    expect(world.telemetry.total("SnapshotsCreated")).toBe(1);
  });

  /** Packs what it stores to a hundredth, as a table may. */
  class PackingEventStore extends MemoryEventStore {
    override async *getEvents(...args: Parameters<MemoryEventStore["getEvents"]>) {
      for await (const { commits, bytes } of super.getEvents(...args))
        yield { commits, bytes: bytes.map((size) => size / 100) };
    }
  }

  it("that a warm instance asks for by a size that nobody else sees is made all the same", async () => {
    const world = counterWorld({ events: new PackingEventStore(), cache: new StreamCache() });
    await world.send("OpenCounter", { label: "a" });
    for (let count = 0; count < 4; count++) await world.send("NoteOnCounter", { text: "long ".repeat(60_000) });
    const [asked, ...others] = world.snapshotQueue.requests;
    expect([asked, others]).toEqual([expect.objectContaining({ version: 5, events: 5 }), []]);
    const elsewhere = counterWorld({ events: world.events, snapshotStore: world.snapshotStore });
    await elsewhere.creator.create(asked ?? request);
    await elsewhere.creator.create(asked ?? request);
    expect(elsewhere.telemetry.total("SnapshotsCreated")).toBe(1);
  });

  it("that an instance asks for because it read slowly is made by one that reads fast", async () => {
    class Slow extends MemoryEventStore {
      runtime: { time: number } | undefined;

      override getEvents(...args: Parameters<MemoryEventStore["getEvents"]>) {
        if (this.runtime !== undefined) this.runtime.time += 300;
        return super.getEvents(...args);
      }
    }
    const events = new Slow();
    const world = counterWorld({ events });
    await fill(world, 20, 10);
    events.runtime = world.runtime;
    await world.send("AddToCounter", { amounts: [1] });
    events.runtime = undefined;
    const [asked] = world.snapshotQueue.requests;
    expect(asked).toMatchObject({ version: 202, events: 202 });
    await world.creator.create(asked ?? request);
    expect(world.telemetry.total("SnapshotsCreated")).toBe(1);
  });

  it("is not made once more for each of those who asked before it was there", async () => {
    const world = counterWorld();
    await fill(world, 120, 10);
    for (let count = 0; count < 3; count++) await world.send("AddToCounter", { amounts: [1] });
    const [first, ...others] = world.snapshotQueue.requests;
    expect(others.map(({ version }) => version)).toEqual([1_203, 1_204]);
    await world.creator.create(first ?? request);
    await world.store("counter-1", 1_205, [added()]);
    for (const other of others) await world.creator.create(other);
    await world.creator.create({ ...request, version: 1_205, events: 1_205 });
    expect(world.telemetry.total("SnapshotsCreated")).toBe(1);
  });

  it("is made for the next thousand, also where the one before holds a few events more than were asked for", async () => {
    const world = counterWorld();
    await fill(world, 120, 10);
    await world.creator.create(request);
    await world.store(
      "counter-1",
      1_202,
      Array.from({ length: 990 }, () => added()),
    );
    await world.creator.create({ ...request, version: 2_191, events: 1_000 });
    expect(world.telemetry.total("SnapshotsCreated")).toBe(2);
  });

  it("spares reading the log before it, and knows state, head and past commands", async () => {
    const events = new WatchedEventStore();
    const world = counterWorld({ events });
    await fill(world, 120, 10);
    const first = await world.send("AddToCounter", { amounts: [5] }, { commandId: "before" });
    await world.creator.create(request);
    await world.send("AddToCounter", { amounts: [7] });
    events.reads.length = 0;
    const stream = await world.loader.load(counter, "counter-1");
    expect(stream).toMatchObject({ state: { open: true, total: 1_212 }, version: 1_203 });
    expect(events.reads).toEqual([{ direction: "backward", firstPageCommits: TAIL_COMMITS }]);
    expect(await world.send("AddToCounter", { amounts: [5] }, { commandId: "before" })).toEqual(first);
    expect((await world.send("AddToCounter", { amounts: [1] })).version).toBe(1_204);
  });

  it("behind which much was written is read with what came since, and no more", async () => {
    const events = new WatchedEventStore();
    const world = counterWorld({ events });
    await fill(world, 120, 10);
    await world.creator.create(request);
    for (let version = 1_202; version < 1_302; version++) await world.store("counter-1", version, [added()]);
    events.reads.length = 0;
    expect((await world.loader.load(counter, "counter-1")).version).toBe(1_301);
    expect(events.reads).toEqual([
      { direction: "backward", firstPageCommits: TAIL_COMMITS },
      { fromCommit: 1_192, toVersion: 1_301 - TAIL_COMMITS },
    ]);
  });

  it("is known by the version that its aggregate gives the state, where it gives one, whatever else of the code changed", () => {
    const { runtime, telemetry } = counterWorld();
    const world = { runtime, telemetry };
    const hash = (stateVersion: number | undefined, codeHash: string) =>
      new SnapshotManager({ store: new MemorySnapshotStore(), ...world, codeHash }).reducerHash(
        stateVersion === undefined ? counter : { ...counter, stateVersion },
      );
    expect(hash(undefined, "a")).not.toBe(hash(undefined, "b"));
    expect(hash(1, "a")).toBe(hash(1, "b"));
    expect(hash(1, "a")).not.toBe(hash(2, "a"));
  });

  it("of a short log is not waited for", async () => {
    class Slow extends MemorySnapshotStore {
      override latest(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const world = counterWorld({ snapshotStore: new Slow() });
    await fill(world, TAIL_COMMITS - 1, 1);
    expect((await world.loader.load(counter, "counter-1")).version).toBe(TAIL_COMMITS);
  });
});

describe("a snapshot that is wrong", () => {
  const brokenWorld = async (latest: (good: StoredSnapshot) => StoredSnapshot | Error) => {
    const store = new (class extends MemorySnapshotStore {
      override async latest(...key: Parameters<MemorySnapshotStore["latest"]>) {
        const good = await super.latest(...key);
        // It is the only one there is.
        if (key[2] !== undefined) return undefined;
        const answer = good && latest(good);
        if (answer instanceof Error) throw answer;
        return answer;
      }
    })();
    const world = counterWorld({ snapshotStore: store });
    await fill(world, 120, 10);
    await world.creator.create(request);
    return world;
  };

  const broken = nexusError("NEXUS_LOG_CORRUPT", "broken");

  it.each<[string, (good: StoredSnapshot) => StoredSnapshot | Error]>([
    ["cannot be read", () => broken],
    ["has a body that cannot be read", (good) => ({ ...good, load: () => Promise.reject(broken) })],
    ["is ahead of the log", (good) => ({ ...good, version: 5_000, commitVersion: 4_999 })],
    ["ends within a commit", (good) => ({ ...good, version: good.version - 1 })],
    ["does not begin where a commit does", (good) => ({ ...good, commitVersion: good.commitVersion + 1 })],
    ["is of another log", (good) => ({ ...good, digest: "other" })],
    ["is of another time", (good) => ({ ...good, committedAt: "2020-01-01T00:00:00.000Z" })],
  ])("because it %s is ignored and reported", async (_, latest) => {
    const world = await brokenWorld(latest);
    expect(await world.loader.load(counter, "counter-1")).toMatchObject({ state: { total: 1_200 }, version: 1_201 });
    expect(world.telemetry.errors.length + world.telemetry.warnings.length).toBe(1);
  });

  it.each<[string, Partial<Snapshot>]>([
    ["is ahead of the log", { version: 9_000, commitVersion: 8_991 }],
    ["is of another log", { digest: "other" }],
  ])("because it %s hides none of those before it", async (_, wrong) => {
    const events = new WatchedEventStore();
    const world = counterWorld({ events });
    await fill(world, 120, 10);
    await world.creator.create(request);
    const good = await (await world.snapshots.latest(counter, "counter-1"))?.load();
    for (let version = 1; version <= 4 * TAIL_COMMITS; version++) await world.send("AddToCounter", { amounts: [1] });
    if (good !== undefined) await world.snapshotStore.save({ ...good, version: good.version + 5, ...wrong });
    events.reads.length = 0;
    expect((await world.loader.load(counter, "counter-1")).progress.events).toBe(4 * TAIL_COMMITS);
    expect(events.reads.filter(({ fromCommit }) => fromCommit === 1)).toEqual([]);
    expect(world.telemetry.warnings).toHaveLength(1);
  });

  it.each<[string, (good: StoredSnapshot) => StoredSnapshot | undefined]>([
    ["is gone", () => undefined],
    ["has a body that cannot be read", (good) => ({ ...good, load: () => Promise.reject(broken) })],
    ["is of another log", (good) => ({ ...good, digest: "other" })],
  ])("because it %s is made anew after the next command", async (_, spoil) => {
    const events = new WatchedEventStore();
    let first: number | undefined;
    const store = new (class extends MemorySnapshotStore {
      override async latest(...key: Parameters<MemorySnapshotStore["latest"]>) {
        const found = await super.latest(...key);
        return found?.version === first ? found && spoil(found) : found;
      }
    })();
    const world = counterWorld({ events, snapshotStore: store });
    await fill(world, 120, 10);
    await world.creator.create(request);
    first = (await world.snapshots.latest(counter, "counter-1"))?.version;
    await world.send("AddToCounter", { amounts: [1] });
    for (const due of world.snapshotQueue.requests) await world.creator.create(due);
    events.reads.length = 0;
    expect(await world.loader.load(counter, "counter-1")).toMatchObject({ version: 1_202, progress: { events: 0 } });
    expect(events.reads).toEqual([{ direction: "backward", firstPageCommits: TAIL_COMMITS }]);
  });

  it("because it is of another reducer is not found", async () => {
    const world = counterWorld();
    await fill(world, 120, 10);
    await world.creator.create(request);
    const changed = { ...counter, evolve: () => ({ open: true, total: -1 }) };
    expect(world.snapshots.reducerHash(counter)).not.toBe(counterWorld().snapshots.reducerHash(changed));
    const other = counterWorld({ events: world.events, snapshotStore: world.snapshotStore });
    expect((await other.loader.load(changed, "counter-1")).state).toEqual({ open: true, total: -1 });
    expect(await other.snapshots.latest(changed, "counter-1")).toBeUndefined();
  });
});
