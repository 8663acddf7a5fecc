import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  EmailSent,
  OrderCancelled,
  OrderNoteAdded,
  OrderPlaced,
  PaymentProcessed,
} from "../../../../runtime/domain/order/contracts.gen.ts";
import { type OrderEvent, order } from "../../../../runtime/domain/order/order.ts";
import { decider, NOW } from "../../../support/decider.ts";

const { given } = decider(order);

const lines = [
  { sku: "85123A", description: "White hanging heart", quantity: 6, unitPriceMinor: 255 },
  { sku: "71053", quantity: 2, unitPriceMinor: 339 },
];
const request = { customerId: "17850", country: "United Kingdom", currency: "GBP", lines };
const placed = (data: Partial<OrderPlaced> = {}): OrderEvent => ({
  type: "OrderPlaced",
  data: { ...request, currency: "GBP", channel: "online", placedAt: NOW, unitCount: 8, totalMinor: 2208, ...data },
});
const cancelled = (data: Partial<OrderCancelled> = {}): OrderEvent => ({
  type: "OrderCancelled",
  data: { reason: "changed my mind", cancelledAt: NOW, ...data },
});
const payment = { paymentId: "pay-1", amountMinor: 2208, currency: "GBP", method: "card" } as const;
const paid = (data: Partial<PaymentProcessed> = {}): OrderEvent => ({
  type: "PaymentProcessed",
  data: { ...payment, processedAt: NOW, ...data },
});
const mail = { messageId: "mail-1", template: "order-confirmation", recipient: "somebody@example.com" } as const;
const mailed = (data: Partial<EmailSent> = {}): OrderEvent => ({
  type: "EmailSent",
  data: { ...mail, sentAt: NOW, ...data },
});
const noted = (data: Partial<OrderNoteAdded> = {}): OrderEvent => ({
  type: "OrderNoteAdded",
  data: { text: "ring twice", ...data },
});

describe("PlaceOrder", () => {
  it("places an order with its totals, dated now", () => {
    given().when("PlaceOrder", request).thenEvents(placed());
  });

  it("keeps the date it is given, and does without a customer", () => {
    const { customerId: _, ...anonymous } = request;
    const placedAt = "2010-12-01T08:26:00.000Z";
    const { customerId: __, ...data } = placed({ placedAt }).data as OrderPlaced;
    given()
      .when("PlaceOrder", { ...anonymous, placedAt })
      .thenEvents({ type: "OrderPlaced", data });
  });

  it("keeps the channel it came in by", () => {
    given()
      .when("PlaceOrder", { ...request, channel: "phone" })
      .thenEvents(placed({ channel: "phone" }));
  });

  it("is refused once the order exists, cancelled or not", () => {
    given(placed()).when("PlaceOrder", request).thenRefused("ORDER_ALREADY_PLACED");
    given(placed(), cancelled()).when("PlaceOrder", request).thenRefused("ORDER_ALREADY_PLACED");
  });
});

describe("CancelOrder", () => {
  it("cancels a placed order", () => {
    given(placed(), noted()).when("CancelOrder", { reason: "changed my mind" }).thenEvents(cancelled());
  });

  it("keeps the date it is given", () => {
    const cancelledAt = "2010-12-07T08:42:00Z";
    given(placed())
      .when("CancelOrder", { reason: "changed my mind", cancelledAt })
      .thenEvents(cancelled({ cancelledAt }));
  });

  it("is refused for an order that was never placed", () => {
    given().when("CancelOrder", { reason: "no such order" }).thenRefused("ORDER_UNKNOWN");
  });

  it("is refused the second time", () => {
    given(placed(), cancelled()).when("CancelOrder", { reason: "again" }).thenRefused("ORDER_ALREADY_CANCELLED");
  });
});

describe("AddOrderNote", () => {
  it("adds a note to an order, cancelled or not", () => {
    given(placed()).when("AddOrderNote", { text: "ring twice" }).thenEvents(noted());
    given(placed(), cancelled()).when("AddOrderNote", { text: "ring twice" }).thenEvents(noted());
  });

  it("is refused for an order that was never placed", () => {
    given().when("AddOrderNote", { text: "hello?" }).thenRefused("ORDER_UNKNOWN");
  });
});

describe("RecordPayment", () => {
  it("records the payment of the whole order, dated now", () => {
    given(placed(), noted()).when("RecordPayment", payment).thenEvents(paid());
  });

  it("keeps the date it is given", () => {
    const processedAt = "2010-12-01T08:30:00Z";
    given(placed())
      .when("RecordPayment", { ...payment, processedAt })
      .thenEvents(paid({ processedAt }));
  });

  it("is refused for another amount than the order comes to", () => {
    given(placed())
      .when("RecordPayment", { ...payment, amountMinor: 2207 })
      .thenRefused("ORDER_PAYMENT_MISMATCH");
  });

  it("is refused the second time, for a cancelled order, and for one that was never placed", () => {
    given(placed(), paid()).when("RecordPayment", payment).thenRefused("ORDER_ALREADY_PAID");
    given(placed(), cancelled()).when("RecordPayment", payment).thenRefused("ORDER_ALREADY_CANCELLED");
    given().when("RecordPayment", payment).thenRefused("ORDER_UNKNOWN");
  });
});

describe("RecordEmail", () => {
  it("records an e-mail about an order, cancelled or not", () => {
    given(placed()).when("RecordEmail", mail).thenEvents(mailed());
    given(placed(), cancelled())
      .when("RecordEmail", { ...mail, template: "cancellation" })
      .thenEvents(mailed({ template: "cancellation" }));
  });

  it("is refused for an order that was never placed", () => {
    given().when("RecordEmail", mail).thenRefused("ORDER_UNKNOWN");
  });
});

describe("any order", () => {
  const line = fc.record(
    {
      sku: fc.string({ minLength: 1, maxLength: 40 }),
      description: fc.string({ minLength: 1, maxLength: 200 }),
      quantity: fc.integer({ min: 1, max: 100_000 }),
      unitPriceMinor: fc.integer({ min: 0, max: 10_000_000 }),
    },
    { requiredKeys: ["sku", "quantity", "unitPriceMinor"] },
  );
  const anyEvent = fc.constantFrom(placed(), cancelled(), paid(), noted(), mailed());

  it("has totals that agree with its lines to the penny", () => {
    const sum =
      (of: (line: { quantity: number; unitPriceMinor: number }) => bigint) =>
      (all: readonly Parameters<typeof of>[0][]) =>
        Number(all.reduce((total, each) => total + of(each), 0n));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 50 }), (lines) => {
        const unitCount = sum(({ quantity }) => BigInt(quantity))(lines);
        const totalMinor = sum(({ quantity, unitPriceMinor }) => BigInt(quantity) * BigInt(unitPriceMinor))(lines);
        const expected = placed({ lines, unitCount, totalMinor });
        given()
          .when("PlaceOrder", { ...request, lines })
          .thenEvents(expected);
      }),
    );
  });

  it("keeps the largest total it may have exact", () => {
    const most = { sku: "x", quantity: 100_000, unitPriceMinor: 10_000_000 };
    const lines = Array.from({ length: 2_000 }, () => most);
    given()
      .when("PlaceOrder", { ...request, lines })
      .thenEvents(placed({ lines, unitCount: 200_000_000, totalMinor: 2_000_000_000_000_000 }));
  });

  it("evolves over any history, and can never be cancelled twice", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (history) => {
        const state = history.reduce(order.evolve, order.initialState());
        expect(["none", "placed", "cancelled"]).toContain(state.status);
        given(...history, cancelled())
          .when("CancelOrder", { reason: "again" })
          .thenRefused("ORDER_ALREADY_CANCELLED");
      }),
    );
  });
});

describe("the schema of PlaceOrder", () => {
  const violations = (payload: unknown) =>
    order.commands["PlaceOrder"]?.schema.validate(payload).map(({ path, keyword }) => `${path} ${keyword}`);
  const first = lines[0];

  it.each([
    ["no lines", { ...request, lines: [] }, ["/lines minItems"]],
    ["more than 2,000 lines", { ...request, lines: Array.from({ length: 2_001 }, () => first) }, ["/lines maxItems"]],
    ["a quantity of 0", { ...request, lines: [{ ...first, quantity: 0 }] }, ["/lines/0/quantity minimum"]],
    [
      "half a piece",
      { ...request, lines: [{ ...first, quantity: 0.5 }] },
      ["/lines/0/quantity type", "/lines/0/quantity minimum"],
    ],
    [
      "a negative price",
      { ...request, lines: [first, { ...first, unitPriceMinor: -1 }] },
      ["/lines/1/unitPriceMinor minimum"],
    ],
    ["another currency", { ...request, currency: "EUR" }, ["/currency enum"]],
    ["an unknown field", { ...request, colour: "red" }, ["/colour additionalProperties"]],
    ["no country", { currency: "GBP", lines }, ["/country required"]],
    ["a date that is none", { ...request, placedAt: "2010-02-30T08:00:00Z" }, ["/placedAt format"]],
    [
      "a leap second, which no read model can sort",
      { ...request, placedAt: "2010-12-31T23:59:60Z" },
      ["/placedAt pattern"],
    ],
    ["text for an object", "order", [" type"]],
  ])("refuses %s and says where", (_, payload, expected) => {
    expect(violations(payload)).toEqual(expected);
  });

  it("never repeats a value, personal or not, in a violation", () => {
    const secret = "secret-customer".repeat(10);
    const found = order.commands["PlaceOrder"]?.schema.validate({ ...request, customerId: secret, country: 7 });
    expect(found).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain("secret");
  });

  it("says of which type the refused value is, or that it is missing", () => {
    const { country: _, ...rest } = request;
    const found = order.commands["PlaceOrder"]?.schema.validate({ ...rest, lines: [{ ...first, quantity: "6" }] });
    expect(found?.map(({ path, valueType }) => [path, valueType])).toEqual([
      ["/country", "missing"],
      ["/lines/0/quantity", "string"],
    ]);
  });

  it("names at most 20 violations of a list that is wrong throughout", () => {
    const wrong = Array.from({ length: 1_000 }, () => ({ ...first, quantity: -1 }));
    expect(violations({ ...request, lines: wrong })).toHaveLength(20);
  });
});
