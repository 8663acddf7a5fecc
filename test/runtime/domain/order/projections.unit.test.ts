import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../runtime/domain/order/contracts.gen.ts";
import { orderList, orderSearch } from "../../../../runtime/domain/order/projections.ts";
import type { RecordedEvent } from "../../../../runtime/kernel/event.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../../../../runtime/kernel/service.ts";

const placed: OrderEvent = {
  type: "OrderPlaced",
  data: {
    customerId: "17850",
    country: "France",
    currency: "GBP",
    placedAt: "2010-12-01T08:26:00.000Z",
    lines: [
      { sku: "71053", description: "WHITE METAL LANTERN", quantity: 6, unitPriceMinor: 339 },
      { sku: "84406B", quantity: 8, unitPriceMinor: 275 },
    ],
    unitCount: 14,
    totalMinor: 4234,
  },
};
const cancelled: OrderEvent = {
  type: "OrderCancelled",
  data: { reason: "changed my mind", cancelledAt: "2010-12-02T09:00:00.000Z" },
};
const note = (text: string): OrderEvent => ({ type: "OrderNoteAdded", data: { text } });

const recorded = (event: { type: string; data: object }, index: number): RecordedEvent => ({
  ...event,
  id: `order-1/${index + 1}`,
  schemaVersion: 1,
  aggregate: "order",
  aggregateId: "order-1",
  version: index + 1,
  time: "2030-01-01T00:00:00.000Z",
  commandId: "command-1",
  correlationId: "correlation-1",
  causationId: "command-1",
  actor: "arn:aws:iam::000000000000:user/tester",
});

const project = ({ transform }: ProjectionDefinition, ...events: readonly { type: string; data: object }[]) =>
  events.map(recorded).reduce<ReadModelDocument | undefined>(transform, undefined);

describe("order-list", () => {
  const listed = {
    status: "placed",
    customerId: "17850",
    country: "France",
    currency: "GBP",
    placedAt: "2010-12-01T08:26:00.000Z",
    lineCount: 2,
    unitCount: 14,
    totalMinor: 4234,
    noteCount: 0,
  };

  it("lists a placed order with its totals", () => {
    expect(project(orderList, placed)).toEqual(listed);
  });

  it("shows a cancelled order as cancelled, with date and reason", () => {
    expect(project(orderList, placed, cancelled)).toEqual({
      ...listed,
      status: "cancelled",
      cancelledAt: "2010-12-02T09:00:00.000Z",
      cancelReason: "changed my mind",
    });
  });

  it("shows how the order came in and when it was paid", () => {
    const phoned = { ...placed, data: { ...placed.data, channel: "phone" } };
    const paid = { type: "PaymentProcessed", data: { processedAt: "2010-12-01T08:30:00Z" } };
    expect(project(orderList, phoned, paid)).toEqual({ ...listed, channel: "phone", paidAt: "2010-12-01T08:30:00Z" });
  });

  it("counts notes, after a cancellation too", () => {
    expect(project(orderList, placed, note("a"), cancelled, note("b"))).toMatchObject({
      status: "cancelled",
      noteCount: 2,
    });
  });
});

describe("order-search", () => {
  it("holds the goods and the notes as text", () => {
    expect(project(orderSearch, placed, note("ring twice"), note("beware of the dog"))).toEqual({
      status: "placed",
      customerId: "17850",
      country: "France",
      placedAt: "2010-12-01T08:26:00.000Z",
      skus: "71053\n84406B",
      descriptions: "WHITE METAL LANTERN",
      notes: "ring twice\nbeware of the dog",
    });
  });

  it("shows a cancelled order as cancelled", () => {
    expect(project(orderSearch, placed, cancelled)).toMatchObject({ status: "cancelled", skus: "71053\n84406B" });
  });
});

describe.each([orderList, orderSearch])("$name", (projection) => {
  it("leaves the document alone on an event it does not know", () => {
    expect(project(projection, placed, { type: "OrderShipped", data: {} })).toEqual(project(projection, placed));
  });

  it("has a document only once the order was placed", () => {
    expect(project(projection, cancelled)).toBeUndefined();
    expect(project(projection, note("a"))).toBeUndefined();
  });

  it("declares every field that a document is filtered by", () => {
    const document = project(projection, placed, cancelled) ?? {};
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(Object.keys(projection.fields).filter((f) => f !== "cancelledAt")),
    );
  });

  it("tells the topic orders of changes", () => {
    expect(projection.topic).toBe("orders");
  });
});
