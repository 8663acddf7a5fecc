import { describe, expect, it } from "vitest";
import { MemoryEventStore } from "../../../runtime/adapters/memory/memory-event-store.ts";
import { CommandBatch } from "../../../runtime/application/command-batch.ts";
import type { Command } from "../../../runtime/application/command-handler.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import service, { counter } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

const command = (aggregateId: string, type: string, payload: unknown, commandId: string): Command => ({
  ...{ type, aggregateId, payload, commandId },
  correlationId: "batch",
  actor: "arn:aws:iam::000000000000:user/tester",
});
const open = (id: string) => command(id, "OpenCounter", { label: id }, `open-${id}`);
const add = (id: string, amount: number) => command(id, "AddToCounter", { amounts: [amount] }, `add-${id}-${amount}`);

describe("a batch of commands", () => {
  it("keeps the order within each aggregate and answers each in its place", async () => {
    const world = counterWorld();
    const batch = new CommandBatch(world.commands);
    const outcomes = await batch.handle([open("a"), open("b"), add("a", 1), add("b", 5), add("a", 2), add("a", 3)]);
    expect(outcomes.map((outcome) => "version" in outcome && outcome.version)).toEqual([1, 1, 2, 2, 3, 4]);
    const amounts = (await commitsOf(world.events, "a")).slice(1).map(({ events }) => events[0]?.data);
    expect(amounts).toEqual([1, 2, 3].map((amount) => ({ amount, unit: "piece" })));
  });

  it("lets a refusal stand alone", async () => {
    const world = counterWorld();
    const invalid = nexusError("NEXUS_REQUEST_INVALID", "no aggregateId");
    const outcomes = await new CommandBatch(world.commands).handle([
      add("a", 1),
      invalid,
      open("a"),
      open("a"),
      add("a", 2),
    ]);
    expect(outcomes).toMatchObject([
      { code: "COUNTER_UNKNOWN" },
      { code: "NEXUS_REQUEST_INVALID" },
      { version: 1 },
      { version: 1 },
      { version: 2 },
    ]);
  });

  it("tries nothing behind a failure of the same aggregate that may pass, and all again when it is sent again", async () => {
    class Throttled extends MemoryEventStore {
      refuse: string | undefined = "add-a-1";

      override async append(...[at, draft]: Parameters<MemoryEventStore["append"]>) {
        if (draft.commandId === this.refuse) throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "throttled");
        return super.append(at, draft);
      }
    }
    const events = new Throttled();
    const batch = new CommandBatch(counterWorld({ events }).commands);
    const all = [open("a"), add("a", 1), add("a", 2), open("b"), add("b", 1)];
    expect(await batch.handle(all)).toMatchObject([
      { version: 1 },
      { code: "NEXUS_EVENT_STORE_UNAVAILABLE" },
      { code: "NEXUS_COMMAND_NOT_TRIED", retryable: true },
      { version: 1 },
      { version: 2 },
    ]);
    events.refuse = undefined;
    const again = await batch.handle(all);
    expect(again.map((outcome) => "version" in outcome && outcome.version)).toEqual([1, 2, 3, 1, 2]);
    expect(await commitsOf(events, "a")).toHaveLength(3);
  });

  it("goes on behind an expected version that has passed: it comes to the same each time it is sent", async () => {
    const world = counterWorld();
    const batch = new CommandBatch(world.commands);
    const stale = { ...add("a", 1), expectedVersion: 0 };
    for (const version of [2, 2])
      expect(await batch.handle([open("a"), stale, add("a", 2)])).toMatchObject([
        { version: 1 },
        { code: "NEXUS_VERSION_CONFLICT", retryable: false },
        { version },
      ]);
  });

  it("goes on behind a decide that throws, and tries nothing behind an aggregate that is busy", async () => {
    class Contested extends MemoryEventStore {
      override async append(...[at, draft]: Parameters<MemoryEventStore["append"]>) {
        if (draft.commandId === "add-a-1") throw nexusError("NEXUS_VERSION_CONFLICT", "a rival was faster");
        return super.append(at, draft);
      }
    }
    const decide = (): never => {
      throw new TypeError("text is undefined");
    };
    const { NoteOnCounter, ...others } = counter.commands;
    const commands = { ...others, NoteOnCounter: { ...NoteOnCounter, decide } } as typeof counter.commands;
    const faulty = { ...service, aggregates: [{ ...counter, commands }] };
    const batch = new CommandBatch(counterWorld({ events: new Contested(), service: faulty }).commands);
    const note = command("a", "NoteOnCounter", { text: "n" }, "note");
    expect(await batch.handle([open("a"), note, add("a", 2), add("a", 1), add("a", 3)])).toMatchObject([
      { version: 1 },
      { code: "NEXUS_AGGREGATE_FAILED" },
      { version: 2 },
      { code: "NEXUS_AGGREGATE_BUSY" },
      { code: "NEXUS_COMMAND_NOT_TRIED" },
    ]);
  });

  it("answers an unexpected failure as such", async () => {
    const broken = { handle: () => Promise.reject(new TypeError("oops")) };
    expect(await new CommandBatch(broken).handle([open("a")])).toMatchObject([{ code: "NEXUS_INTERNAL" }]);
  });
});
