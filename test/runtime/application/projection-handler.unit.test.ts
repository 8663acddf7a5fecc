import { beforeEach, describe, expect, it } from "vitest";
import type { ProjectionRecord } from "../../../runtime/application/projection-handler.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import { recordedEvents } from "../../../runtime/kernel/event.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, at, noted, opened } from "../../support/counter/commits.ts";
import { counterList } from "../../support/counter/counter-service.ts";
import { counterWorld } from "../../support/counter/world.ts";

let world: ReturnType<typeof counterWorld>;

/** The events of an aggregate as the bus brings them; the id of a record is that of its event. */
const onTheBus = async (aggregateId: string, ...versions: number[]): Promise<ProjectionRecord[]> => {
  const events = (await commitsOf(world.events, aggregateId)).flatMap(recordedEvents);
  return versions.map((version) => {
    const event = events[version - 1];
    if (event === undefined) throw new Error(`the log has no ${aggregateId}/${version}`);
    return { recordId: event.id, event };
  });
};

const shown = async (aggregateId: string) => {
  const stored = (await world.readModel.get(counterList, [aggregateId])).get(aggregateId);
  return stored && [stored.version, stored.document?.["total"], stored.document?.["notes"]];
};
const notified = () => world.notifications.sent.map(({ eventId }) => eventId);

beforeEach(async () => {
  world = counterWorld();
  await world.store("a", 1, [opened(), added(5)]);
  await world.store("a", 3, [noted("x")]);
  await world.store("a", 4, [added(1)]);
  await world.store("b", 1, [opened(), added(10)]);
});

describe("whatever order the bus delivers in", () => {
  it.each([
    ["in order", [[1, 2, 3, 4]], 0],
    ["in several batches", [[1], [2, 3], [4]], 0],
    ["backwards", [[4, 3, 2, 1]], 0],
    ["backwards, one by one", [[4], [3], [2], [1]], 1],
    [
      "each one twice",
      [
        [1, 1, 2, 2],
        [2, 3, 3, 4],
        [1, 2, 3, 4],
      ],
      0,
    ],
    ["with one lost", [[1, 2], [4]], 1],
    ["with all but the last lost", [[4]], 1],
    ["from within a commit", [[2]], 1],
  ])("the document is that of the log: %s", async (_, batches, gaps) => {
    for (const versions of batches)
      expect(await world.projections.handle(await onTheBus("a", ...versions))).toEqual([]);
    expect(await shown("a")).toEqual([4, 6, ["x"]]);
    expect(world.telemetry.total("GapsFilled")).toBe(gaps);
  });

  it.each([1, 3])("a batch that comes %i more times changes nothing", async (times) => {
    const batch = await onTheBus("a", 1, 2, 3, 4);
    await world.projections.handle(batch);
    const before = await world.readModel.get(counterList, ["a"]);
    for (let time = 0; time < times; time++) expect(await world.projections.handle(batch)).toEqual([]);
    expect(await world.readModel.get(counterList, ["a"])).toEqual(before);
  });

  it("events of older schema versions are upcast", async () => {
    await world.store("c", 1, [opened(), { type: "CounterAdded", schemaVersion: 1, data: { amount: 3 } }]);
    await world.projections.handle(await onTheBus("c", 1, 2));
    expect(await shown("c")).toEqual([2, 3, []]);
  });

  it("an event without data is read from the log", async () => {
    const records = (await onTheBus("a", 1, 2)).map((record) => {
      if (!("event" in record)) return record;
      const { data: _, ...event } = record.event;
      return { ...record, event };
    });
    expect(await world.projections.handle(records)).toEqual([]);
    expect(await shown("a")).toEqual([4, 6, ["x"]]);
  });
});

describe("a failure", () => {
  it("of one aggregate stops it where it is, and no other", async () => {
    const [first, second, third, ...other] = [...(await onTheBus("a", 1, 2, 3)), ...(await onTheBus("b", 1, 2))];
    if (!first || !second || !third || !("event" in second)) throw new Error("the log is short");
    const unknown = { ...second, event: { ...second.event, type: "CounterLost" } };
    expect(await world.projections.handle([first, unknown, third, ...other])).toEqual(["a/2", "a/3"]);
    expect(await shown("a")).toEqual([1, 0, []]);
    expect(await shown("b")).toEqual([2, 10, []]);
    expect(notified()).toEqual(["a/1", "b/1", "b/2"]);
  });

  it("to decode fails that record alone", async () => {
    const broken = { recordId: "broken", error: nexusError("NEXUS_EVENT_UNDECODABLE", "not JSON") };
    expect(await world.projections.handle([broken, ...(await onTheBus("b", 1, 2))])).toEqual(["broken"]);
    expect(await shown("b")).toEqual([2, 10, []]);
  });

  it("to write fails every record of the aggregate, and asks for no notification", async () => {
    const upsert = world.readModel.upsert.bind(world.readModel);
    world.readModel.upsert = async (projection, documents) => {
      const outcomes = await upsert(
        projection,
        documents.filter(({ id }) => id !== "a"),
      );
      return documents.map(({ id }) =>
        id === "a" ? nexusError("NEXUS_READ_MODEL_UNAVAILABLE", "full") : (outcomes[0] ?? "stale"),
      );
    };
    const batch = [...(await onTheBus("a", 1, 2)), ...(await onTheBus("b", 1))];
    expect(await world.projections.handle(batch)).toEqual(["a/1", "a/2"]);
    expect(notified()).toEqual(["b/1"]);
  });

  it("to read the read model fails the batch", async () => {
    world.readModel.get = async () => {
      throw nexusError("NEXUS_READ_MODEL_UNAVAILABLE", "gone");
    };
    await expect(world.projections.handle(await onTheBus("a", 1))).rejects.toMatchObject({
      code: "NEXUS_READ_MODEL_UNAVAILABLE",
    });
  });

  it("of a gap that the log does not fill is no reason to go on", async () => {
    const [record] = await onTheBus("a", 4);
    if (!record || !("event" in record)) throw new Error("the log is short");
    const ahead = { recordId: "a/9", event: { ...record.event, id: "a/9", version: 9 } };
    expect(await world.projections.handle([ahead])).toEqual(["a/9"]);
    expect(await shown("a")).toEqual([4, 6, ["x"]]);
  });
});

describe("notifications", () => {
  it("follow every record, those that the gate drops as well", async () => {
    await world.projections.handle(await onTheBus("a", 1, 2));
    await world.projections.handle(await onTheBus("a", 2, 3));
    expect(notified()).toEqual(["a/1", "a/2", "a/2", "a/3"]);
    expect(world.notifications.sent[0]).toMatchObject({
      topic: "counters",
      projection: "counter-list",
      aggregate: "counter",
      aggregateId: "a",
      version: 1,
      eventId: "a/1",
      eventType: "CounterOpened",
      time: at(0),
    });
  });

  it("that cannot be asked for bring their record back, and then come", async () => {
    world.notifications.refuse.add("a/2");
    expect(await world.projections.handle(await onTheBus("a", 1, 2))).toEqual(["a/2"]);
    world.notifications.refuse.clear();
    expect(await world.projections.handle(await onTheBus("a", 2))).toEqual([]);
    expect(notified()).toEqual(["a/1", "a/2"]);
  });
});

it("measures the lag of what it projects, and of that alone", async () => {
  world.runtime.time += 80;
  await world.projections.handle(await onTheBus("a", 1, 2));
  await world.projections.handle(await onTheBus("a", 1, 2));
  expect(world.telemetry.metrics.filter(({ name }) => name === "ProjectionLag").map(({ value }) => value)).toEqual([
    80, 80,
  ]);
});

it("leaves the events of other aggregates alone", async () => {
  const [record] = await onTheBus("a", 1);
  if (!record || !("event" in record)) throw new Error("the log is short");
  expect(await world.projections.handle([{ ...record, event: { ...record.event, aggregate: "order" } }])).toEqual([]);
  expect(await shown("a")).toBeUndefined();
  expect(notified()).toEqual([]);
});
