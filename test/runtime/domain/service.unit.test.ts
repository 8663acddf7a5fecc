import { expect, it } from "vitest";
import service from "../../../runtime/domain/service.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";

it("describes the order service with commands, routed events and projections", () => {
  const [order, cart] = service.aggregates;
  expect(service.name).toBe("orders");
  expect(Object.keys(order?.commands ?? {}).sort()).toEqual([
    "AddOrderNote",
    "CancelOrder",
    "PlaceOrder",
    "RecordEmail",
    "RecordPayment",
  ]);
  expect(Object.fromEntries(order?.events.map(({ name, route }) => [name, route]) ?? [])).toEqual({
    OrderPlaced: "core",
    OrderCancelled: "core",
    OrderNoteAdded: "standard",
    PaymentProcessed: "core",
    EmailSent: "standard",
  });
  expect(cart?.events.map(({ name, route }) => [name, route])).toEqual([["CartAbandoned", "standard"]]);
  expect(service.projections.map(({ name }) => name)).toEqual(["order-list", "order-search"]);
});

it("marks the fields that hold personal data", () => {
  const marks = service.aggregates.flatMap(({ events }) => events.map((e) => [e.name, e.personalData] as const));
  expect(Object.fromEntries(marks)).toEqual({
    OrderPlaced: ["/customerId"],
    OrderCancelled: [],
    OrderNoteAdded: ["/text"],
    PaymentProcessed: [],
    EmailSent: ["/recipient"],
    CartAbandoned: ["/customerId"],
  });
});

it("reads version 1 of OrderPlaced as an order that came in online", () => {
  const { customerId, lines } = { customerId: "17850", lines: [{ sku: "71053", quantity: 1, unitPriceMinor: 339 }] };
  const first = { customerId, country: "France", currency: "GBP", placedAt: "2010-12-01T08:26:00Z", lines };
  const data = { ...first, unitCount: 1, totalMinor: 339 };
  const catalog = new ServiceCatalog(service);
  expect(catalog.contract("OrderPlaced", 1).validate(data)).toEqual([]);
  const current = catalog.upcaster.data("OrderPlaced", 1, data);
  expect(current).toEqual({ ...data, channel: "online" });
  expect(catalog.contract("OrderPlaced", 2).validate(current)).toEqual([]);
});
