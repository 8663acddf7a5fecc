import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { HttpResponse } from "@smithy/protocol-http";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { commitsOf, headOf } from "../../../contracts/event-store/reading.ts";
import { added, draft } from "../../../support/counter/commits.ts";
import { createEventsTable, dynamoDbClient } from "../../../support/counter/events-table.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { type DynamoDbLocal, startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";

/** The names of refusals that the service would answer with, nothing done. */
const REFUSALS = ["ThrottlingException", "ExpiredTokenException", "AccessDeniedException"] as const;
type Fault = "before" | "after" | "none" | (typeof REFUSALS)[number];

/**
 * A network that loses requests before they arrive, or answers after the table has acted, or refuses them. One fault a
 * request, in turn.
 */
class FaultyNetwork extends NodeHttpHandler {
  faults: Fault[] = [];
  /** By number of the request, from 1: runs before it leaves. */
  readonly before = new Map<number, () => Promise<unknown>>();
  #requests = 0;

  override async handle(...[request, options]: Parameters<NodeHttpHandler["handle"]>) {
    await this.before.get(++this.#requests)?.();
    const fault = this.faults.shift() ?? "none";
    const lost = Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
    if (fault === "before") throw lost;
    if (fault !== "after" && fault !== "none") return { response: refusal(fault) };
    const answer = await super.handle(request, options);
    if (fault === "after") throw lost;
    return answer;
  }
}

const refusal = (name: string): HttpResponse =>
  new HttpResponse({
    statusCode: 400,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Readable.from([JSON.stringify({ __type: `com.amazon.coral.service#${name}`, message: "refused" })]),
  });

describeEngine("DynamoDB Local", () => {
  let engine: DynamoDbLocal;
  let sound: DynamoEventStore;
  let soundClient: DynamoDBClient;
  let network: FaultyNetwork;
  let store: DynamoEventStore;
  let faultyClient: DynamoDBClient;
  let runtime: FixedRuntime;
  let count = 0;
  let id = "";

  const start = (): { aggregateId: string; version: number } => ({ aggregateId: id, version: 0 });
  const withAttempts = (maxAttempts: number): void => {
    faultyClient = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      requestHandler: network,
      maxAttempts,
    });
    store = new DynamoEventStore(faultyClient, "events", runtime);
  };
  const always = (fault: Fault): Fault[] => Array.from({ length: 9 }, () => fault);

  beforeAll(async () => {
    engine = await startDynamoDbLocal();
    soundClient = dynamoDbClient(engine.endpoint);
    sound = new DynamoEventStore(soundClient, "events");
    await createEventsTable(soundClient, "events");
  });
  beforeEach(() => {
    id = `fault-${++count}`;
    network = new FaultyNetwork();
    runtime = new FixedRuntime();
    withAttempts(1);
  });
  afterAll(async () => {
    soundClient?.destroy();
    faultyClient?.destroy();
    await engine?.close();
  });

  // The first request of each append is the read that verifies the bare version.
  it("an append whose answer is lost is found and counts as stored", async () => {
    network.faults = ["none", "after"];
    const stored = await store.append(start(), draft(id));
    expect(await commitsOf(sound, id)).toEqual([stored]);
  });

  it("an append that the SDK tries again after a lost answer meets itself and counts as stored", async () => {
    withAttempts(3);
    network.faults = ["none", "after", "none"];
    const stored = await store.append(start(), draft(id));
    expect(await commitsOf(sound, id)).toEqual([stored]);
  });

  it.each(REFUSALS)("an append whose answer is lost and whose next try ends in %s is found stored", async (refused) => {
    network.faults = [
      "none",
      "after",
      ...Array.from({ length: refused === "ThrottlingException" ? 4 : 1 }, () => refused),
    ];
    const stored = await store.append(start(), draft(id));
    expect(await commitsOf(sound, id)).toEqual([stored]);
  });

  it("an append that only the last of five tries stores, its answer lost, is found stored", async () => {
    network.faults = ["none", "before", "before", "before", "before", "after"];
    const stored = await store.append(start(), draft(id));
    expect(await commitsOf(sound, id)).toEqual([stored]);
  });

  it("an append that was refused at once is not looked up, and nothing is written", async () => {
    network.faults = ["none", "AccessDeniedException", ...always("before")];
    await expect(store.append(start(), draft(id))).rejects.toMatchObject({ code: "NEXUS_ACCESS_DENIED" });
    expect(await commitsOf(sound, id)).toEqual([]);
  });

  it("an append that is refused behind a lost answer and cannot be looked up is not called refused", async () => {
    network.faults = ["none", "after", "AccessDeniedException", "AccessDeniedException"];
    await expect(store.append(start(), draft(id))).rejects.toMatchObject({
      code: "NEXUS_EVENT_STORE_UNAVAILABLE",
      retryable: true,
    });
  });

  it("an append whose request is lost is sent again, after a pause that grows with chance", async () => {
    network.faults = ["none", "before", "before", "before", "before"];
    const stored = await store.append(start(), draft(id));
    expect(await commitsOf(sound, id)).toEqual([stored]);
    expect(runtime.sleeps).toEqual([12.5, 25, 50, 100]);
  });

  it("an append that never gets through is refused as unavailable after five tries, with nothing written", async () => {
    network.faults = ["none", ...always("before").slice(0, 5)];
    await expect(store.append(start(), draft(id))).rejects.toMatchObject({
      code: "NEXUS_EVENT_STORE_UNAVAILABLE",
      retryable: true,
    });
    expect(runtime.sleeps).toHaveLength(4);
    expect(await commitsOf(sound, id)).toEqual([]);
  });

  it("an append stops trying when its budget of time is spent", async () => {
    network.faults = ["none", ...always("before")];
    network.before.set(4, async () => void (await runtime.sleep(4_000)));
    await expect(store.append(start(), draft(id))).rejects.toMatchObject({ code: "NEXUS_EVENT_STORE_UNAVAILABLE" });
    expect(await commitsOf(sound, id)).toEqual([]);
    // Behind the four seconds no further put, but a look for what became of the last one.
    expect(runtime.sleeps.slice(0, 4)).toEqual([12.5, 25, 4_000, 12.5]);
  });

  it("an append whose request is lost while a rival wins is a conflict", async () => {
    network.faults = ["none", "before"];
    const rival = draft(id, { events: [added(9)] });
    network.before.set(2, () => sound.append(start(), rival));
    const appending = store.append(start(), draft(id));
    await expect(appending).rejects.toMatchObject({ code: "NEXUS_VERSION_CONFLICT" });
    expect(await commitsOf(sound, id)).toMatchObject([{ commandId: rival.commandId }]);
  });

  it("an append whose outcome cannot be looked up is unavailable, and its retry finds it stored", async () => {
    const command = draft(id);
    const empty = await headOf(sound, id);
    network.faults = ["after", ...always("before")];
    await expect(store.append(empty, command)).rejects.toMatchObject({ code: "NEXUS_EVENT_STORE_UNAVAILABLE" });
    network.faults = [];
    const [stored] = await commitsOf(sound, id);
    expect(stored).toMatchObject({ commandId: command.commandId });
    expect(await store.append(empty, command)).toEqual(stored);
  });

  it("a read that is lost is read again", async () => {
    await sound.append(start(), draft(id));
    network.faults = ["before", "after", "before", "after"];
    expect(await commitsOf(store, id)).toHaveLength(1);
  });

  it.each(["before", "after"] as const)("a read that is lost (%s) five times is unavailable", async (fault) => {
    network.faults = always(fault);
    await expect(commitsOf(store, id)).rejects.toMatchObject({ code: "NEXUS_EVENT_STORE_UNAVAILABLE" });
  });

  it("a table that does not exist is no passing trouble", async () => {
    const lost = new DynamoEventStore(soundClient, "nowhere");
    await expect(lost.append(start(), draft(id))).rejects.toMatchObject({ code: "NEXUS_INTERNAL" });
  });
});
