import type { DynamoDBStreamEvent, KinesisStreamEvent } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { decodeCommit, encodeCommit, type Item } from "../../../runtime/adapters/dynamodb/commit-item.ts";
import { EventRouter } from "../../../runtime/application/event-router.ts";
import { toCloudEvent } from "../../../runtime/kernel/cloud-event.ts";
import { type Commit, recordedEvents } from "../../../runtime/kernel/event.ts";
import { added, commit, noted, opened } from "../../support/counter/commits.ts";
import { FUNCTION_ENVIRONMENT, lambdaContext, sqsEvent } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler: createRouter } = await import("../../../runtime/handlers/route-events.ts");
const { createHandler: createProjector } = await import("../../../runtime/handlers/project-events.ts");
const { createHandler: createSnapshotter } = await import("../../../runtime/handlers/create-snapshot.ts");
const { createHandler: createDeliverer } = await import("../../../runtime/handlers/deliver-notifications.ts");

let world: ReturnType<typeof counterWorld>;
beforeEach(() => {
  world = counterWorld();
});
const noFailures = { batchItemFailures: [] };

describe("the router's function", () => {
  type StreamRecord = DynamoDBStreamEvent["Records"][number];

  /** As Lambda hands it over: binary as base64. */
  const record = (commit: Commit, sequence: string, eventName: StreamRecord["eventName"] = "INSERT"): StreamRecord => {
    const image = Object.entries(encodeCommit(commit)).map(([name, value]) => [
      name,
      "B" in value && value.B ? { B: Buffer.from(value.B).toString("base64") } : value,
    ]);
    const Keys = { aggregateId: { S: commit.aggregateId }, version: { N: String(commit.version) } };
    return { eventName, dynamodb: { SequenceNumber: sequence, Keys, NewImage: Object.fromEntries(image) } };
  };
  const route = (...Records: StreamRecord[]) => {
    const decodeImage = (image: Item) => decodeCommit(image);
    return createRouter({ router: new EventRouter(world), decodeImage })({ Records }, lambdaContext());
  };

  it("routes new commits, compressed ones as well", async () => {
    const long = commit("b", 1, { events: [opened(), noted("long ".repeat(2_000))] });
    expect(await route(record(commit("a", 1, { events: [opened(), added()] }), "1"), record(long, "2"))).toEqual(
      noFailures,
    );
    expect(world.channels.core.accepted.map(({ id }) => id)).toEqual(["a/1", "b/1", "a/2"]);
    expect(world.channels.standard.accepted[0]?.data).toEqual(long.events[1]?.data);
  });

  it("names the sequence numbers of what has to come again", async () => {
    world.channels.core.refuse.set("a/1", 99);
    const broken = record(commit("c", 1), "3");
    if (broken.dynamodb?.NewImage) broken.dynamodb.NewImage["commit"] = { S: "{" };
    expect(await route(record(commit("a", 1), "1"), record(commit("b", 1), "2"), broken)).toEqual({
      batchItemFailures: [{ itemIdentifier: "3" }, { itemIdentifier: "1" }],
    });
  });

  it.each(["MODIFY", "REMOVE"] as const)("counts a %s as a violation and publishes nothing", async (eventName) => {
    expect(await route(record(commit("a", 1), "1", eventName))).toEqual(noFailures);
    expect(world.channels.core.calls).toEqual([]);
    expect(world.telemetry.total("ImmutabilityViolations")).toBe(1);
  });
});

describe("a projection's function", () => {
  const project = async (event: Parameters<ReturnType<typeof createProjector>>[0]) =>
    createProjector({ projections: world.projections, service: "counters" })(event, lambdaContext());
  const envelopes = async () =>
    recordedEvents(await world.store("a", 1, [opened(), added(2), noted("n")])).map((event) =>
      toCloudEvent(event, "counters"),
    );
  const kinesis = (...data: readonly string[]): KinesisStreamEvent => ({
    Records: data.map((text, index) => ({
      awsRegion: "eu-west-1",
      eventID: `shard:${index + 1}`,
      eventName: "aws:kinesis:record",
      eventSource: "aws:kinesis",
      eventSourceARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/core",
      eventVersion: "1.0",
      invokeIdentityArn: "arn",
      kinesis: {
        approximateArrivalTimestamp: 0,
        data: Buffer.from(text).toString("base64"),
        kinesisSchemaVersion: "1.0",
        partitionKey: "a",
        sequenceNumber: String(index + 1),
      },
    })),
  });

  it("projects what comes over Kinesis and over SQS", async () => {
    const [first, second, third] = await envelopes();
    expect(await project(kinesis(JSON.stringify(first), JSON.stringify(second)))).toEqual(noFailures);
    expect(await project(sqsEvent([third]))).toEqual(noFailures);
    expect(world.notifications.sent.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it.each([
    ["no JSON", "{"],
    ["another envelope", '{"specversion":"0.3"}'],
    ["null", "null"],
  ])("names the record that holds %s, by the id of its source", async (_, text) => {
    const [first] = await envelopes();
    expect(await project(kinesis(JSON.stringify(first), text))).toEqual({
      batchItemFailures: [{ itemIdentifier: "2" }],
    });
    expect(await project(sqsEvent([text, first]))).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
  });
});

describe("functions of a queue", () => {
  const notification = {
    topic: "t",
    projection: "p",
    aggregate: "c",
    aggregateId: "a",
    version: 1,
    eventId: "a/1",
    eventType: "E",
    time: "t",
    correlationId: "x",
  };

  it("handle each message by itself and name those that failed", async () => {
    const seen: string[] = [];
    const notify = async (batch: readonly { aggregateId: string }[]) =>
      batch.map(({ aggregateId }) => {
        seen.push(aggregateId);
        return aggregateId === "bad" ? new Error("unreachable") : undefined;
      });
    const event = sqsEvent([
      notification,
      { ...notification, aggregateId: "bad" },
      "{",
      { ...notification, aggregateId: "b" },
    ]);
    expect(await createDeliverer({ notify })(event, lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-3" }, { itemIdentifier: "message-2" }],
    });
    expect(seen).toEqual(["a", "bad", "b"]);
  });

  it("make the snapshots that are asked for", async () => {
    for (let commits = 0; commits < 4; commits++)
      await world.store(
        "a",
        1 + commits * 300,
        Array.from({ length: 300 }, () => added()),
      );
    const event = sqsEvent([{ aggregate: "counter", aggregateId: "a", version: 1_000 }, { aggregate: "counter" }]);
    expect(await createSnapshotter(world.creator)(event, lambdaContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-2" }],
    });
    expect(world.telemetry.total("SnapshotsCreated")).toBe(1);
  });
});
