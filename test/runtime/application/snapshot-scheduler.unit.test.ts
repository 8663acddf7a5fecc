import { beforeEach, describe, expect, it, vi } from "vitest";
import { SnapshotScheduler } from "../../../runtime/application/snapshot-scheduler.ts";
import { added, at, draft, T0 } from "../../support/counter/commits.ts";
import { counter } from "../../support/counter/counter-service.ts";
import { FUNCTION_ENVIRONMENT, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/request-snapshots.ts");

const HOUR = 3_600;
const DAY = 24 * HOUR;

let world: ReturnType<typeof counterWorld>;
beforeEach(() => {
  world = counterWorld();
});

/** An aggregate of so many events, all committed so many seconds after T0. */
const write = async (aggregateId: string, events: number, seconds: number, version = 0): Promise<void> => {
  for (let done = version; done < version + events; done += 50)
    await world.events.append(
      { aggregateId, version: done },
      draft(aggregateId, { decidedAt: at(seconds), events: Array.from({ length: 50 }, () => added()) }),
    );
};

describe("the hourly run", () => {
  const run = async (seconds: number) => {
    world.snapshotQueue.requests.length = 0;
    const scheduler = new SnapshotScheduler(world.events, world.snapshotQueue);
    await scheduler.requestDue(Date.parse(at(seconds)));
    return world.snapshotQueue.requests.map(({ aggregateId }) => aggregateId).sort();
  };

  it("asks for aggregates that were written to in the hour a day before, once each, the short ones left out", async () => {
    await write("long", 400, 0.5 * HOUR);
    await write("short", 50, 0.5 * HOUR);
    await write("later", 400, 1.5 * HOUR);
    expect(await run(DAY)).toEqual([]);
    expect(await run(DAY + HOUR)).toEqual(["long"]);
    expect(await run(DAY + 2 * HOUR)).toEqual(["later"]);
    expect(await run(DAY + 4 * HOUR)).toEqual([]);
  });

  it("leads to a snapshot of what is a day old and in no snapshot", async () => {
    await write("counter-1", 150, 0);
    await run(DAY + HOUR);
    world.runtime.time = Date.parse(at(DAY + HOUR));
    const [request] = world.snapshotQueue.requests;
    expect(request).toEqual({ aggregateId: "counter-1", version: 101 });
    if (request !== undefined) await world.creator.create(request);
    const snapshot = await world.snapshots.latest(counter, "counter-1");
    expect(await snapshot?.load()).toMatchObject({ version: 150, state: { total: 150 } });
  });

  it("for an aggregate that is gone leads to nothing", async () => {
    await world.creator.create({ aggregateId: "nowhere", version: 500 });
    expect(world.telemetry.total("SnapshotsCreated")).toBe(0);
  });
});

describe("the function of the schedule", () => {
  it("hands on the time it was scheduled for", async () => {
    const asked: number[] = [];
    const handler = createHandler({ requestDue: async (time) => asked.push(time) });
    expect(await handler({ scheduledTime: T0 }, lambdaContext())).toEqual({ requested: 1 });
    expect(asked).toEqual([Date.parse(T0)]);
  });

  it("refuses an event without a time", async () => {
    const handler = createHandler({ requestDue: async () => 0 });
    await expect(handler({ scheduledTime: "soon" }, lambdaContext())).rejects.toMatchObject({
      code: "NEXUS_EVENT_UNDECODABLE",
    });
  });
});
