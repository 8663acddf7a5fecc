import { expect, it } from "vitest";
import type { Notification } from "../../../cli/client/notifications.ts";
import { lagMeter } from "../../../examples/retail/lag.ts";

const committedAt = Date.parse("2030-01-01T00:00:00.000Z");
const notification = (projection: string): Notification => ({
  type: "notification",
  topic: "orders",
  projection,
  aggregate: "order",
  aggregateId: "order-1",
  version: 1,
  eventId: "order-1/1",
  eventType: "OrderPlaced",
  time: new Date(committedAt).toISOString(),
});

it("gives the percentiles of the time from commit to notification, of order-list alone", () => {
  let now = committedAt;
  const meter = lagMeter(() => now);
  for (let lag = 100; lag >= 1; lag--) {
    now = committedAt + lag;
    meter.note(notification("order-list"));
  }
  now = committedAt + 9_999;
  meter.note(notification("order-search"));
  expect(meter.lag()).toEqual({ p50: 50, p99: 99 });
});

it("has no figure when nothing was committed", () => {
  expect(lagMeter().lag()).toEqual({ p50: null, p99: null });
});
