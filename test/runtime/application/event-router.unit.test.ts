import { describe, expect, it } from "vitest";
import { EventRouter, type StreamRecord } from "../../../runtime/application/event-router.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import { added, commit, opened } from "../../support/counter/commits.ts";
import { counterWorld } from "../../support/counter/world.ts";

const given = () => {
  const world = counterWorld();
  return { ...world, router: new EventRouter(world) };
};
const record = (commit: Commit): StreamRecord => ({
  kind: "commit",
  recordId: `${commit.aggregateId}@${commit.version}`,
  commit,
});
const invalid = { type: "CounterAdded", schemaVersion: 2, data: { amount: "many" } };

describe("the router", () => {
  it("publishes commits, counts their events and measures how long they took", async () => {
    const { router, channels, telemetry, runtime } = given();
    runtime.time += 120;
    const records = [commit("a", 1, { events: [opened(), added()] }), commit("b", 1, { events: [opened()] })].map(
      record,
    );
    expect(await router.route(records)).toEqual([]);
    expect(channels.core.accepted).toHaveLength(3);
    expect(telemetry.total("TotalEvents")).toBe(3);
    expect(telemetry.metrics.filter(({ name }) => name === "RoutingLatency")).toEqual([
      { name: "RoutingLatency", value: 120 },
      { name: "RoutingLatency", value: 120 },
    ]);
  });

  it("does not publish what its schema forbids, nor what follows it in the aggregate", async () => {
    const { router, channels, telemetry } = given();
    const records = [
      record(commit("a", 1, { events: [opened(), invalid] })),
      record(commit("a", 3)),
      record(commit("b", 1, { events: [opened()] })),
    ];
    expect(await router.route(records)).toEqual(["a@1", "a@3"]);
    expect(channels.core.accepted.map(({ id }) => id)).toEqual(["b/1"]);
    expect(telemetry.total("ValidationFailures")).toBe(1);
    expect(telemetry.total("TotalEvents")).toBe(1);
  });

  it("does not publish what no schema is registered for", async () => {
    const { router } = given();
    const unknown = { type: "CounterLost", schemaVersion: 1, data: {} };
    expect(await router.route([record(commit("a", 1, { events: [unknown] }))])).toEqual(["a@1"]);
  });

  it("asks again for what the bus refused", async () => {
    const { router, channels, telemetry } = given();
    channels.core.refuse.set("a/1", 99);
    expect(await router.route([commit("a", 1), commit("b", 1), commit("a", 2)].map(record))).toEqual(["a@1", "a@2"]);
    expect(telemetry.total("TotalEvents")).toBe(1);
  });

  it("asks again for what it cannot decode, and goes on with the rest", async () => {
    const { router, channels } = given();
    const broken: StreamRecord = { kind: "undecodable", recordId: "broken", error: new Error("no events") };
    expect(await router.route([broken, record(commit("b", 1))])).toEqual(["broken"]);
    expect(channels.core.accepted).toHaveLength(1);
  });

  it("reports a changed or removed item and does not ask for it again", async () => {
    const { router, telemetry } = given();
    expect(await router.route([{ kind: "violation", recordId: "v", keys: {} }])).toEqual([]);
    expect(telemetry.total("ImmutabilityViolations")).toBe(1);
  });
});
