import { beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryConnectionStore } from "../../../runtime/adapters/memory/memory-connection-store.ts";
import { ConnectionManager } from "../../../runtime/application/connection-manager.ts";
import { NotificationService } from "../../../runtime/application/notification-service.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import type { ConnectionGateway, Notification } from "../../../runtime/ports/notifications.ts";
import { FUNCTION_ENVIRONMENT, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/manage-connection.ts");

/** Delivers into memory; what is in `gone` is gone, what is in `unreachable` fails. */
class RecordingGateway implements ConnectionGateway {
  readonly messages: [connectionId: string, message: object][] = [];
  readonly gone = new Set<string>();
  readonly unreachable = new Set<string>();

  async post(connectionId: string, message: object): Promise<"delivered" | "gone"> {
    if (this.gone.has(connectionId)) return "gone";
    if (this.unreachable.has(connectionId)) throw nexusError("NEXUS_BUS_UNAVAILABLE", "throttled");
    this.messages.push([connectionId, message]);
    return "delivered";
  }
}

let connections: MemoryConnectionStore;
let gateway: RecordingGateway;
let notifications: NotificationService;
let handler: ReturnType<typeof createHandler>;

beforeEach(() => {
  const { catalog, telemetry } = counterWorld();
  connections = new MemoryConnectionStore();
  gateway = new RecordingGateway();
  notifications = new NotificationService({ connections, gateway, telemetry });
  handler = createHandler(new ConnectionManager({ catalog, connections, gateway }));
});

const arrive = (connectionId: string, routeKey: string, body?: unknown) =>
  handler(
    {
      requestContext: {
        routeKey,
        messageId: "m",
        eventType: "MESSAGE",
        extendedRequestId: "e",
        requestTime: "now",
        messageDirection: "IN",
        stage: "test",
        connectedAt: 1_769_850_000_000,
        requestTimeEpoch: 1_769_850_000_000,
        requestId: "r",
        domainName: "sockets.example.com",
        connectionId,
        apiId: "api",
        identity: { userArn: "arn:aws:iam::000000000000:user/tester" },
      },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    },
    lambdaContext(),
  );
const notification: Notification = {
  topic: "counters",
  projection: "counter-list",
  aggregate: "counter",
  aggregateId: "a",
  version: 2,
  eventId: "a/2",
  eventType: "CounterAdded",
  time: "2026-01-31T09:00:00.000Z",
  correlationId: "x",
};
const subscribe = async (connectionId: string) => {
  await arrive(connectionId, "$connect");
  await arrive(connectionId, "$default", { action: "subscribe", topic: "counters" });
  gateway.messages.length = 0;
};

describe("a connection", () => {
  it("is let in and remembered", async () => {
    expect(await arrive("c1", "$connect")).toEqual({ statusCode: 200 });
    expect(connections.connections.get("c1")).toEqual({
      connectionId: "c1",
      actor: "arn:aws:iam::000000000000:user/tester",
      connectedAt: "2026-01-31T09:00:00.000Z",
    });
  });

  it.each([
    [
      { action: "subscribe", topic: "counters" },
      { type: "subscribed", topic: "counters" },
    ],
    [
      { action: "unsubscribe", topic: "counters" },
      { type: "unsubscribed", topic: "counters" },
    ],
    [{ action: "ping" }, { type: "pong" }],
    [
      { action: "subscribe", topic: "orders" },
      { type: "error", code: "NEXUS_RESOURCE_UNKNOWN", message: "topic must be one of: counters" },
    ],
    [{ action: "shout" }, { type: "error", code: "NEXUS_REQUEST_INVALID" }],
    [{ action: "subscribe" }, { type: "error", code: "NEXUS_RESOURCE_UNKNOWN" }],
    ["{", { type: "error", code: "NEXUS_REQUEST_INVALID" }],
    ["null", { type: "error", code: "NEXUS_REQUEST_INVALID" }],
    ["", { type: "error", code: "NEXUS_REQUEST_INVALID" }],
  ])("that sends %j is answered", async (message, answer) => {
    await arrive("c1", "$connect");
    await arrive("c1", "$default", message);
    expect(gateway.messages).toEqual([["c1", expect.objectContaining(answer)]]);
  });

  it("that goes is forgotten with its subscriptions", async () => {
    await subscribe("c1");
    await arrive("c1", "$disconnect");
    await notifications.notify([notification]);
    expect(gateway.messages).toEqual([]);
    expect(connections.connections.size).toBe(0);
  });
});

describe("a notification", () => {
  it("reaches those who listen to its topic, without what is for the log", async () => {
    await subscribe("c1");
    await subscribe("c2");
    await arrive("c3", "$connect");
    await notifications.notify([notification]);
    const { correlationId: _, ...message } = notification;
    expect(gateway.messages).toEqual([
      ["c1", { type: "notification", ...message }],
      ["c2", { type: "notification", ...message }],
    ]);
  });

  it("does not reach who unsubscribed", async () => {
    await subscribe("c1");
    await arrive("c1", "$default", { action: "unsubscribe", topic: "counters" });
    gateway.messages.length = 0;
    await notifications.notify([notification]);
    expect(gateway.messages).toEqual([]);
  });

  it("forgets a connection that is gone", async () => {
    await subscribe("c1");
    await subscribe("c2");
    gateway.gone.add("c1");
    await notifications.notify([notification]);
    expect([...connections.connections.keys()]).toEqual(["c2"]);
    expect(gateway.messages).toHaveLength(1);
  });

  it("that did not reach a listener fails, after all others have it", async () => {
    for (const id of ["c1", "c2", "c3"]) await subscribe(id);
    gateway.unreachable.add("c2");
    expect(await notifications.notify([notification])).toEqual([
      expect.objectContaining({ code: "NEXUS_BUS_UNAVAILABLE", retryable: true }),
    ]);
    expect(gateway.messages.map(([connectionId]) => connectionId)).toEqual(["c1", "c3"]);
  });

  it("whose listeners cannot be looked up fails, and those of other topics do not", async () => {
    await subscribe("c1");
    const subscribers = connections.subscribers.bind(connections);
    connections.subscribers = (topic) => {
      if (topic === "broken") throw nexusError("NEXUS_CONNECTIONS_UNAVAILABLE", "throttled");
      return subscribers(topic);
    };
    const outcomes = await notifications.notify([{ ...notification, topic: "broken" }, notification]);
    expect(outcomes).toEqual([expect.objectContaining({ code: "NEXUS_CONNECTIONS_UNAVAILABLE" }), undefined]);
    expect(gateway.messages).toHaveLength(1);
  });
});
