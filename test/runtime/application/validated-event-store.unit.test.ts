import { expect, it } from "vitest";
import { ValidatedEventStore } from "../../../runtime/application/validated-event-store.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { draft, opened } from "../../support/counter/commits.ts";
import { counterWorld } from "../../support/counter/world.ts";

const given = () => {
  const world = counterWorld();
  return { ...world, log: new ValidatedEventStore(world) };
};
const START = { aggregateId: "counter-1", version: 0 };

it("stores and reads what the schemas allow", async () => {
  const { log } = given();
  await log.append(START, draft("counter-1", { events: [opened()] }));
  expect(await commitsOf(log, "counter-1")).toHaveLength(1);
});

it.each([
  ["of an unregistered type", { type: "CounterLost", schemaVersion: 1, data: {} }, "NEXUS_EVENT_UNREGISTERED"],
  ["of an unknown version", { type: "CounterOpened", schemaVersion: 2, data: {} }, "NEXUS_EVENT_UNREGISTERED"],
  [
    "that does not fit its schema",
    { type: "CounterAdded", schemaVersion: 1, data: { amount: "x" } },
    "NEXUS_EVENT_INVALID",
  ],
])("refuses, logs and counts an event %s, whoever made it, and the good one beside it", async (_, event, code) => {
  const { log, events, telemetry } = given();
  const made = draft("counter-1", { events: [opened(), event] });
  await expect(log.append(START, made)).rejects.toMatchObject({ code });
  expect(await commitsOf(events, "counter-1")).toEqual([]);
  expect(telemetry.total("ValidationFailures")).toBe(1);
  expect(telemetry.errors).toEqual([expect.objectContaining({ code })]);
});

it("refuses the event of another aggregate", async () => {
  const { log } = given();
  const made = { ...draft("counter-1", { events: [opened()] }), aggregate: "till" };
  await expect(log.append(START, made)).rejects.toMatchObject({ code: "NEXUS_EVENT_UNREGISTERED" });
});
