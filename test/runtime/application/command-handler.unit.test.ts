import { describe, expect, it } from "vitest";
import { MemoryEventStore } from "../../../runtime/adapters/memory/memory-event-store.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import { REMEMBERED_COMMANDS } from "../../../runtime/kernel/stream.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, at, opened } from "../../support/counter/commits.ts";
import { counterWorld } from "../../support/counter/world.ts";

/** A log into which a rival writes just before an append, so many times. */
class ContestedEventStore extends MemoryEventStore {
  rivals = 0;

  override async append(...[head, draft]: Parameters<MemoryEventStore["append"]>) {
    if (this.rivals > 0) {
      this.rivals--;
      const rival = { ...draft, commandId: `rival-${this.rivals}`, commandDigest: "rival", events: [added(100)] };
      await super.append({ aggregateId: head.aggregateId, version: head.version }, rival);
    }
    return super.append(head, draft);
  }
}

describe("a command that is allowed", () => {
  it("is stored with where it came from, and answered with the versions of its events", async () => {
    const world = counterWorld();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const reply = await world.send(
      "OpenCounter",
      { label: "a" },
      { commandId: "c1", correlationId: "x1", traceparent },
    );
    expect(reply).toEqual({
      commandId: "c1",
      correlationId: "x1",
      aggregateId: "counter-1",
      version: 1,
      events: [{ id: "counter-1/1", type: "CounterOpened", version: 1 }],
    });
    expect(await commitsOf(world.events, "counter-1")).toMatchObject([
      {
        aggregate: "counter",
        version: 1,
        commandId: "c1",
        correlationId: "x1",
        causationId: "c1",
        actor: "arn:aws:iam::000000000000:user/tester",
        traceparent,
        events: [{ type: "CounterOpened", schemaVersion: 1, data: { label: "a" } }],
      },
    ]);
  });

  it("may say what led to it", async () => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" }, { causationId: "order-1/3" });
    expect(await commitsOf(world.events, "counter-1")).toMatchObject([{ causationId: "order-1/3" }]);
  });

  it("leads to events in the newest version of their schema, all of them in one commit", async () => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" });
    const reply = await world.send("AddToCounter", { amounts: [1, 2, 3] });
    expect(reply.version).toBe(4);
    expect(reply.events.map(({ version }) => version)).toEqual([2, 3, 4]);
    expect((await commitsOf(world.events, "counter-1"))[1]?.events.map(({ schemaVersion }) => schemaVersion)).toEqual([
      2, 2, 2,
    ]);
  });

  it("that decides for nothing stores nothing", async () => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" });
    expect(await world.send("AddToCounter", { amounts: [] })).toMatchObject({ version: 1, events: [] });
    expect(await commitsOf(world.events, "counter-1")).toHaveLength(1);
  });

  it("sees events of older schema versions upcast", async () => {
    const world = counterWorld();
    await world.store("counter-1", 1, [opened(), { type: "CounterAdded", schemaVersion: 1, data: { amount: 4 } }]);
    expect((await world.send("AddToCounter", { amounts: [1] })).version).toBe(3);
  });
});

describe("a command that is refused", () => {
  it.each([
    [
      "of an unknown type",
      "CloseCounter",
      {},
      { code: "NEXUS_COMMAND_UNKNOWN", context: { known: expect.arrayContaining(["OpenCounter"]) } },
    ],
    [
      "against its schema",
      "OpenCounter",
      { label: 5 },
      { code: "NEXUS_COMMAND_INVALID", context: { errors: [{ path: "/label" }] } },
    ],
    ["by a rule", "AddToCounter", { amounts: [1] }, { code: "COUNTER_UNKNOWN", family: "domain" }],
    ["because its event breaks its schema", "SpoilCounter", {}, { code: "NEXUS_EVENT_INVALID" }],
  ])("%s leaves nothing behind", async (_, type, payload, error) => {
    const world = counterWorld();
    await expect(world.send(type, payload)).rejects.toMatchObject(error);
    expect(await commitsOf(world.events, "counter-1")).toEqual([]);
  });

  it("for an id of another kind of aggregate is told so", async () => {
    const world = counterWorld();
    const commit = { aggregate: "order", aggregateId: "counter-1", events: [opened()] };
    await world.events.append(
      { aggregateId: "counter-1", version: 0 },
      {
        ...commit,
        commandId: "c",
        correlationId: "x",
        causationId: "c",
        actor: "a",
        commandDigest: "d",
        decidedAt: at(0),
      },
    );
    await expect(world.send("OpenCounter", { label: "a" })).rejects.toMatchObject({ code: "NEXUS_AGGREGATE_MISMATCH" });
  });
});

describe("a retried command", () => {
  it.each([1, 2, 5])("sent %i more times has one effect and one answer", async (times) => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" });
    const first = await world.send("AddToCounter", { amounts: [2, 3] }, { commandId: "again" });
    await world.send("NoteOnCounter", { text: "in between" });
    for (let time = 0; time < times; time++)
      expect(
        await world.send("AddToCounter", { amounts: [2, 3] }, { commandId: "again", correlationId: "other" }),
      ).toEqual(first);
    expect(await commitsOf(world.events, "counter-1")).toHaveLength(3);
  });

  it("gets its answer even where the rules or the expected version now say no", async () => {
    const world = counterWorld();
    const first = await world.send("OpenCounter", { label: "a" }, { commandId: "again", expectedVersion: 0 });
    expect(await world.send("OpenCounter", { label: "a" }, { commandId: "again", expectedVersion: 0 })).toEqual(first);
  });

  it("with keys in another order is the same command", async () => {
    const world = counterWorld();
    const first = await world.send("OpenCounter", { label: "a", extra: { x: 1, y: 2 } }, { commandId: "again" });
    expect(await world.send("OpenCounter", { extra: { y: 2, x: 1 }, label: "a" }, { commandId: "again" })).toEqual(
      first,
    );
  });

  it("with another body or type is refused", async () => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" }, { commandId: "again" });
    for (const [type, payload] of [
      ["OpenCounter", { label: "b" }],
      ["NoteOnCounter", { text: "a" }],
    ] as const)
      await expect(world.send(type, payload, { commandId: "again" })).rejects.toMatchObject({
        code: "NEXUS_IDEMPOTENCY_KEY_REUSED",
      });
  });

  it("is remembered for a bounded number of further commands", async () => {
    const world = counterWorld();
    await world.send("OpenCounter", { label: "a" }, { commandId: "first" });
    for (let count = 1; count < REMEMBERED_COMMANDS; count++) await world.store("counter-1", count + 1, [added()]);
    expect(await world.send("OpenCounter", { label: "a" }, { commandId: "first" })).toMatchObject({ version: 1 });
    await world.store("counter-1", REMEMBERED_COMMANDS + 1, [added()]);
    await expect(world.send("OpenCounter", { label: "a" }, { commandId: "first" })).rejects.toMatchObject({
      code: "COUNTER_ALREADY_OPEN",
    });
  });
});

describe("a command that meets a rival", () => {
  it.each([1, 3])("decides again behind it, up to three times (here %i)", async (rivals) => {
    const events = new ContestedEventStore();
    const world = counterWorld({ events });
    await world.send("OpenCounter", { label: "a" });
    events.rivals = rivals;
    expect((await world.send("AddToCounter", { amounts: [1] })).version).toBe(rivals + 2);
    expect(world.runtime.sleeps).toEqual([10, 20, 40].slice(0, rivals));
    expect(world.telemetry.total("ConflictRetries")).toBe(rivals);
  });

  it("gives up after three more tries", async () => {
    const events = new ContestedEventStore();
    const world = counterWorld({ events });
    await world.send("OpenCounter", { label: "a" });
    events.rivals = 4;
    await expect(world.send("AddToCounter", { amounts: [1] })).rejects.toMatchObject({
      code: "NEXUS_AGGREGATE_BUSY",
      retryable: true,
    });
  });

  it("and expects a version does not decide again", async () => {
    const events = new ContestedEventStore();
    const world = counterWorld({ events });
    await world.send("OpenCounter", { label: "a" });
    events.rivals = 1;
    const command = world.send("AddToCounter", { amounts: [1] }, { expectedVersion: 1 });
    await expect(command).rejects.toMatchObject({
      code: "NEXUS_VERSION_CONFLICT",
      retryable: false,
      message: "counter-1 is at version 2, not 1: read it again and decide anew",
      context: { expectedVersion: 1, actualVersion: 2 },
    });
    expect(world.runtime.sleeps).toEqual([]);
  });

  it.each([0, 2])(
    "and expects version %i of an aggregate at version 1 is refused before it decides",
    async (expectedVersion) => {
      const world = counterWorld();
      await world.send("OpenCounter", { label: "a" });
      await expect(world.send("SpoilCounter", {}, { expectedVersion })).rejects.toMatchObject({
        code: "NEXUS_VERSION_CONFLICT",
        context: { expectedVersion, actualVersion: 1 },
      });
    },
  );
});

describe("direct propagation", () => {
  it("publishes what was stored, each event over its road", async () => {
    const world = counterWorld({ direct: true });
    await world.send("OpenCounter", { label: "a" });
    await world.send("NoteOnCounter", { text: "n" });
    expect(world.channels.core.accepted.map(({ id }) => id)).toEqual(["counter-1/1"]);
    expect(world.channels.standard.accepted.map(({ id }) => id)).toEqual(["counter-1/2"]);
  });

  it("that fails does not fail the command", async () => {
    const world = counterWorld({ direct: true });
    world.channels.core.refuse.set("counter-1/1", 99);
    expect((await world.send("OpenCounter", { label: "a" })).version).toBe(1);
    expect(world.telemetry.warnings).toHaveLength(1);
  });

  it("of a command that was not stored does not happen", async () => {
    class Full extends MemoryEventStore {
      override async append(): Promise<never> {
        throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "throttled");
      }
    }
    const world = counterWorld({ direct: true, events: new Full() });
    await expect(world.send("OpenCounter", { label: "a" })).rejects.toMatchObject({
      code: "NEXUS_EVENT_STORE_UNAVAILABLE",
    });
    expect(world.channels.core.calls).toEqual([]);
  });
});
