import { afterEach, beforeEach, expect, it } from "vitest";
import { type Notification, subscribe } from "../../../cli/client/notifications.ts";
import { type ApiDouble, apiDouble } from "../../support/api-double.ts";

let api: ApiDouble;
beforeEach(async () => {
  api = await apiDouble();
});
afterEach(() => api.close());

const notification = {
  type: "notification",
  topic: "orders",
  projection: "order-list",
  aggregate: "order",
  aggregateId: "order-1",
  version: 1,
  eventId: "order-1/1",
  eventType: "OrderPlaced",
  time: "2030-01-01T00:00:00.000Z",
} as const;

it("connects with a signature, subscribes, and hands on what comes, from the first message on", async () => {
  api.onMessage((socket, { action, topic }) => {
    socket.send(JSON.stringify({ type: action === "subscribe" ? "subscribed" : "error", topic }));
    socket.send(JSON.stringify(notification));
    socket.send(JSON.stringify({ ...notification, version: 2 }));
  });
  const received: Notification[] = [];
  const both = Promise.withResolvers<void>();
  const feed = await subscribe(api.stack, "orders", (each) => {
    received.push(each);
    if (received.length === 2) both.resolve();
  });
  await both.promise;
  expect(received).toEqual([notification, { ...notification, version: 2 }]);
  expect(api.seen).toMatchObject([{ path: "/_ws/api/dev", signedFor: "execute-api" }]);
  await feed.close();
  expect(await feed.ended).toBeUndefined();
});

it("says why a topic was refused", async () => {
  const refusal = { type: "error", code: "NEXUS_REQUEST_INVALID", message: "there is no topic cats" };
  api.onMessage((socket) => socket.send(JSON.stringify(refusal)));
  await expect(subscribe(api.stack, "cats", () => {})).rejects.toThrow("topic cats was refused: NEXUS_REQUEST_INVALID");
});

it("says that the server ended the connection", async () => {
  api.onMessage((socket) => {
    socket.send(JSON.stringify({ type: "subscribed", topic: "orders" }));
    socket.close(1001, "going away");
  });
  const feed = await subscribe(api.stack, "orders", () => {});
  expect(await feed.ended).toBe("the server ended the connection (1001, going away)");
});

it("says in one line that a stack does not answer", async () => {
  const { stack } = api;
  await api.close();
  await expect(subscribe(stack, "orders", () => {})).rejects.toThrow(/refused the connection: .*ECONNREFUSED/);
  api = await apiDouble();
});
