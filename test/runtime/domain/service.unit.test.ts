import { expect, it } from "vitest";
import service from "../../../runtime/domain/service.ts";

it("describes the order service with commands, routed events and projections", () => {
  const [order] = service.aggregates;
  expect(service.name).toBe("orders");
  expect(Object.keys(order?.commands ?? {}).sort()).toEqual(["AddOrderNote", "CancelOrder", "PlaceOrder"]);
  expect(Object.fromEntries(order?.events.map(({ name, route }) => [name, route]) ?? [])).toEqual({
    OrderPlaced: "core",
    OrderCancelled: "core",
    OrderNoteAdded: "standard",
  });
  expect(service.projections.map(({ name }) => name)).toEqual(["order-list", "order-search"]);
});

it("marks the fields that hold personal data", () => {
  const marks = service.aggregates.flatMap(({ events }) => events.map((e) => [e.name, e.personalData] as const));
  expect(Object.fromEntries(marks)).toEqual({
    OrderPlaced: ["/customerId"],
    OrderCancelled: [],
    OrderNoteAdded: ["/text"],
  });
});
