import { describe, expect, it } from "vitest";
import { MemoryEventStore } from "../../../runtime/adapters/memory/memory-event-store.ts";
import { StreamCache } from "../../../runtime/application/stream-cache.ts";
import { DomainError, nexusError } from "../../../runtime/kernel/errors.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, opened } from "../../support/counter/commits.ts";
import service, { type CounterEvent, type CounterState, counter } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

type Counter = typeof counter;

/** The counter service with some of its aggregate's functions changed. */
const worldOf = (changed: Partial<Counter>, parts: Parameters<typeof counterWorld>[0] = {}) =>
  counterWorld({ ...parts, service: { ...service, aggregates: [{ ...counter, ...changed }] } });

const note = (decide: (state: CounterState, text: string) => void): Partial<Counter> => ({
  commands: {
    ...counter.commands,
    NoteOnCounter: {
      ...(counter.commands["NoteOnCounter"] as NonNullable<Counter["commands"][string]>),
      decide: (state, { text }: { text: string }) => {
        decide(state, text);
        return [{ type: "CounterNoted", data: { text } }];
      },
    },
  },
});

/** What each of three commands that the same state decides comes to. */
const outcomesOf = async (world: ReturnType<typeof counterWorld>) => {
  const outcomes: unknown[] = [];
  for (const text of ["a", "b", "c"])
    outcomes.push(
      await world.send("NoteOnCounter", { text }).then(
        ({ version }) => version,
        ({ code }: { code: string }) => code,
      ),
    );
  return outcomes;
};

describe("an evolve that throws", () => {
  const evolve = (state: CounterState, event: CounterEvent): CounterState => {
    if (event.data.text === "bad") throw new TypeError("no such note");
    return counter.evolve(state, event);
  };

  it.each([["warm"], ["cold"]])("refuses the event it cannot take, and the aggregate goes on (%s)", async (kind) => {
    const world = worldOf({ evolve }, kind === "warm" ? { cache: new StreamCache() } : {});
    await world.send("OpenCounter", { label: "a" });
    await expect(world.send("NoteOnCounter", { text: "bad" })).rejects.toMatchObject({
      code: "NEXUS_AGGREGATE_FAILED",
      retryable: false,
      message: "evolve of counter, given CounterNoted, failed on counter-1: TypeError: no such note",
      cause: expect.any(TypeError),
    });
    expect(await commitsOf(world.events, "counter-1")).toHaveLength(1);
    expect((await world.send("NoteOnCounter", { text: "good" })).version).toBe(2);
  });

  it("or that returns no state, as one without a case for the event does, is refused likewise", async () => {
    const forgetful = (state: CounterState, event: CounterEvent): CounterState =>
      event.type === "CounterNoted" ? (undefined as unknown as CounterState) : counter.evolve(state, event);
    const world = worldOf({ evolve: forgetful }, { cache: new StreamCache() });
    await world.send("OpenCounter", { label: "a" });
    await expect(world.send("NoteOnCounter", { text: "a" })).rejects.toMatchObject({
      code: "NEXUS_AGGREGATE_FAILED",
      message: "evolve of counter, given CounterNoted, failed on counter-1: TypeError: it returned no state",
    });
    expect((await world.send("AddToCounter", { amounts: [1] })).version).toBe(2);
  });

  it("on an event that stands in the log already says which", async () => {
    const world = worldOf({ evolve });
    await world.store("counter-1", 1, [opened(), { type: "CounterNoted", schemaVersion: 1, data: { text: "bad" } }]);
    await expect(world.send("NoteOnCounter", { text: "good" })).rejects.toMatchObject({
      message: expect.stringContaining("CounterNoted, failed on counter-1"),
    });
  });

  it("because its event breaks its schema is told of the schema", async () => {
    const breaks = (): never => {
      throw new TypeError("half a piece");
    };
    const world = worldOf({ evolve: breaks });
    await expect(world.send("SpoilCounter", {})).rejects.toMatchObject({ code: "NEXUS_EVENT_INVALID" });
    expect(world.telemetry.total("ValidationFailures")).toBe(1);
  });
});

it("an append that is refused leaves the state as it was", async () => {
  class Refusing extends MemoryEventStore {
    refusals: ("NEXUS_COMMIT_TOO_LARGE" | "NEXUS_VERSION_CONFLICT")[] = [];

    override async append(...args: Parameters<MemoryEventStore["append"]>) {
      const code = this.refusals.pop();
      if (code !== undefined) throw nexusError(code, "refused");
      return super.append(...args);
    }
  }
  const events = new Refusing();
  const world = counterWorld({ events, cache: new StreamCache() });
  await world.send("OpenCounter", { label: "a" });
  events.refusals = ["NEXUS_COMMIT_TOO_LARGE"];
  await expect(world.send("AddToCounter", { amounts: [5] })).rejects.toThrow("refused");
  events.refusals = ["NEXUS_VERSION_CONFLICT", "NEXUS_VERSION_CONFLICT"];
  expect((await world.send("AddToCounter", { amounts: [7] })).version).toBe(2);
  expect(await world.loader.load(counter, "counter-1")).toMatchObject({ state: { total: 7 }, version: 2 });
});

it("a commit that an earlier try of the command left is what is folded, not what was decided now", async () => {
  class Answering extends MemoryEventStore {
    override async append(...[at, draft]: Parameters<MemoryEventStore["append"]>) {
      if (draft.commandId === "again") await super.append(at, { ...draft, events: [added(100)] });
      return super.append(at, draft);
    }
  }
  const world = counterWorld({ events: new Answering(), cache: new StreamCache() });
  await world.send("OpenCounter", { label: "a" });
  await world.send("AddToCounter", { amounts: [1] }, { commandId: "again" });
  expect((await world.loader.load(counter, "counter-1")).state).toMatchObject({ total: 100 });
});

describe("a decide that throws what is no refusal", () => {
  it("is a fault that sending again does not mend", async () => {
    const fault = note(() => {
      throw new TypeError("state.lines is undefined");
    });
    const world = worldOf(fault);
    await world.send("OpenCounter", { label: "a" });
    await expect(world.send("NoteOnCounter", { text: "a" })).rejects.toMatchObject({
      code: "NEXUS_AGGREGATE_FAILED",
      retryable: false,
      message: "decide of NoteOnCounter failed on counter-1: TypeError: state.lines is undefined",
    });
  });

  it("passes its refusals on as they are", async () => {
    const refusal = new DomainError("NOTES_FULL", "no more notes");
    const world = worldOf(
      note(() => {
        throw refusal;
      }),
    );
    await expect(world.send("NoteOnCounter", { text: "a" })).rejects.toBe(refusal);
  });
});

describe("an aggregate that changes what it is given", () => {
  const countUp = (state: CounterState): void => {
    (state as { total: number }).total += 1;
  };
  const tooMuch = ({ total }: CounterState): void => {
    if (total > 0) throw new DomainError("TOO_MUCH", "too much");
  };
  const changers: [string, Partial<Counter>][] = [
    [
      "decide, of the payload",
      {
        commands: {
          ...counter.commands,
          NoteOnCounter: {
            ...(counter.commands["NoteOnCounter"] as NonNullable<Counter["commands"][string]>),
            decide: (_, payload: { text: string }) => {
              payload.text += "!";
              return [{ type: "CounterNoted", data: { text: payload.text } }];
            },
          },
        },
      },
    ],
    [
      "decide",
      note((state) => {
        tooMuch(state);
        countUp(state);
      }),
    ],
    [
      "evolve",
      {
        ...note(tooMuch),
        evolve: (state, event) => {
          if (event.type === "CounterNoted") countUp(state);
          return counter.evolve(state, event);
        },
      },
    ],
    [
      "evolve, of the event",
      {
        evolve: (state, event) => {
          if (event.type === "CounterNoted") (event.data as { text: string }).text += "!";
          return counter.evolve(state, event);
        },
      },
    ],
  ];

  it.each(changers)("in %s is refused the same way, warm and cold, and nothing is stored", async (_, changed) => {
    const fault = "NEXUS_AGGREGATE_FAILED";
    for (const parts of [{}, { cache: new StreamCache() }]) {
      const world = worldOf(changed, parts);
      await world.send("OpenCounter", { label: "a" });
      expect(await outcomesOf(world)).toEqual([fault, fault, fault]);
      expect(await commitsOf(world.events, "counter-1")).toHaveLength(1);
      expect((await world.loader.load(counter, "counter-1")).state).toMatchObject({ total: 0 });
    }
  });
});
