import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../runtime/domain/order/order.ts";
import { order } from "../../../runtime/domain/order/order.ts";
import { NOW, specification } from "../../../runtime/testing/index.ts";
import { counter } from "../../support/counter/counter-service.ts";

const { given } = specification(order);
const cancel = { type: "CancelOrder", payload: { reason: "late" } };
const placed: OrderEvent = {
  type: "OrderPlaced",
  data: {
    country: "France",
    currency: "GBP",
    placedAt: NOW,
    lines: [{ sku: "1", quantity: 1, unitPriceMinor: 5 }],
    unitCount: 1,
    totalMinor: 5,
  },
};
const cancelled: OrderEvent = { type: "OrderCancelled", data: { reason: "late", cancelledAt: NOW } };

describe("an example that holds", () => {
  it("passes, whether events or a refusal follow", () => {
    given([placed]).when(cancel).then([cancelled]);
    given([]).when(cancel).thenRejects("ORDER_UNKNOWN");
    given([placed]).when({ type: "CancelOrder", payload: {} }).thenRejects("NEXUS_COMMAND_INVALID");
  });

  it("takes a field that is undefined for one that is missing, as the log does", () => {
    const { reason } = cancel.payload;
    given([placed])
      .when({ type: "CancelOrder", payload: { reason, cancelledAt: undefined } })
      .then([cancelled]);
  });

  it("may say what a decision knows of time and caller", () => {
    const now = "2031-01-01T00:00:00.000Z";
    specification(order, { now })
      .given([placed])
      .when(cancel)
      .then([{ type: "OrderCancelled", data: { reason: "late", cancelledAt: now } }]);
  });
});

describe("an example that does not hold", () => {
  it.each([
    ["other events follow", () => given([placed]).when(cancel).then([placed]), /led to other events/],
    ["fewer events follow", () => given([placed]).when(cancel).then([]), /led to other events/],
    ["nothing is refused", () => given([placed]).when(cancel).thenRejects("ORDER_UNKNOWN"), /was not refused/],
    [
      "it is refused for another reason",
      () => given([]).when(cancel).thenRejects("ORDER_ALREADY_CANCELLED"),
      /was refused with ORDER_UNKNOWN, not with ORDER_ALREADY_CANCELLED/,
    ],
    [
      "its history breaks a schema",
      () =>
        given([{ ...placed, data: {} } as never])
          .when(cancel)
          .then([]),
      /OrderPlaced.v\d does not match its schema/,
    ],
    [
      "the command does not exist",
      () =>
        given([])
          .when({ ...cancel, type: "Stop" })
          .thenRejects("X"),
      /no command Stop/,
    ],
    [
      "an event breaks its schema",
      () =>
        specification(counter)
          .given([])
          .when({ type: "SpoilCounter", payload: {} })
          .then([{ type: "CounterAdded", data: { amount: 1.5 } }]),
      /CounterAdded.v2 does not match its schema: \/amount/,
    ],
    [
      "a decision changes its payload",
      () =>
        specification({
          ...counter,
          commands: {
            OpenCounter: {
              ...(counter.commands["OpenCounter"] as NonNullable<(typeof counter.commands)[string]>),
              decide: (_, payload: { label: string }) => {
                payload.label = "changed";
                return [];
              },
            },
          },
        })
          .given([])
          .when({ type: "OpenCounter", payload: { label: "a" } })
          .then([]),
      /read only property 'label'/,
    ],
    [
      "evolve makes no state of what follows",
      () =>
        specification({ ...counter, evolve: () => undefined as never })
          .given([])
          .when({ type: "OpenCounter", payload: { label: "a" } })
          .then([{ type: "CounterOpened", data: { label: "a" } }]),
      /evolve returned no state for CounterOpened/,
    ],
    [
      "evolve does not take what follows",
      () =>
        specification({
          ...counter,
          evolve: () => {
            throw new TypeError("no such event");
          },
        })
          .given([])
          .when({ type: "OpenCounter", payload: { label: "a" } })
          .then([{ type: "CounterOpened", data: { label: "a" } }]),
      /no such event/,
    ],
  ])("fails where %s", (_, example, message) => {
    expect(example).toThrow(message);
  });
});

describe("an example with a wrong event", () => {
  it("does not compile", () => {
    // Run by the type checker: each line below is an error without its comment, and one with it that has none.
    const compiled = () => {
      // @ts-expect-error no such event
      given([{ type: "OrderShipped", data: {} }]);
      // @ts-expect-error the data of another event
      given([{ type: "OrderCancelled", data: { text: "a note" } }]);
      const outcome = given([]).when(cancel);
      // @ts-expect-error a field of the wrong type
      outcome.then([{ type: "OrderCancelled", data: { reason: 5, cancelledAt: NOW } }]);
      // @ts-expect-error a field that the event does not have
      outcome.then([{ type: "OrderNoteAdded", data: { text: "a", author: "b" } }]);
      // @ts-expect-error a code is text
      outcome.thenRejects(404);
    };
    expect(compiled).toBeTypeOf("function");
  });
});
