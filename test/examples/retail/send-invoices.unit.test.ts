import { describe, expect, it } from "vitest";
import type { ApiClient } from "../../../cli/client/api-client.ts";
import type { Invoice } from "../../../examples/retail/invoice.ts";
import { expectedTotals, projectedTotals } from "../../../examples/retail/reckoning.ts";
import { sendInvoices } from "../../../examples/retail/send-invoices.ts";
import { orderService } from "../../support/order-service.ts";

let minute = 0;
const invoice = (number: string, customerId: string | undefined, ...skus: readonly string[]): Invoice => ({
  number,
  date: `2010-12-01T08:${String(minute++ % 60).padStart(2, "0")}:00.000Z`,
  ...(customerId === undefined ? {} : { customerId }),
  country: "United Kingdom",
  lines: skus.map((sku) => ({ sku, quantity: number.startsWith("C") ? -1 : 2, unitPriceMinor: 150 })),
});

const CONCURRENCY = { concurrency: 8 };

describe("sending invoices", () => {
  it("cancels the latest earlier order of the customer that holds the first stock code", async () => {
    const service = orderService();
    const sent = await sendInvoices(
      service,
      [
        invoice("1", "ann", "lamp", "mug"),
        invoice("2", "ann", "lamp"),
        invoice("3", "ann", "mug"),
        invoice("4", "bob", "lamp"),
        invoice("C5", "ann", "lamp", "mug"),
        invoice("6", "ann", "lamp"),
      ],
      CONCURRENCY,
    );
    expect([...sent.cancelled]).toEqual(["order-2"]);
    expect(sent.refused).toEqual({});
    expect(expectedTotals(sent)).toEqual({ orders: 5, cancelled: 1, revenueMinor: 5 * 300 });
  });

  it.each([
    ["no customer", [invoice("1", undefined, "lamp"), invoice("C2", undefined, "lamp")], "C2"],
    ["an order of somebody else", [invoice("1", "ann", "lamp"), invoice("C2", "bob", "lamp")], "C2"],
    ["an order of other goods", [invoice("1", "ann", "mug"), invoice("C2", "ann", "lamp")], "C2"],
    ["an order that comes later", [invoice("C1", "ann", "lamp"), invoice("2", "ann", "lamp")], "C1"],
  ])("sends a cancellation with %s all the same, to be refused as unknown", async (_, invoices, number) => {
    const service = orderService();
    const sent = await sendInvoices(service, invoices, CONCURRENCY);
    expect(sent.refused).toEqual({ ORDER_UNKNOWN: 1 });
    expect(service.sent).toContain(`CancelOrder order-${number}`);
  });

  it("sends the next command when the one before was seen, and waits for nothing that was stored earlier", async () => {
    const service = orderService();
    const invoices = [invoice("1", "ann", "lamp"), invoice("C2", "bob", "mug"), invoice("3", "ann", "mug")];
    const steps: string[] = [];
    const options = {
      concurrency: 1,
      seen: async ({ aggregateId }: { aggregateId: string }) => {
        steps.push(`${aggregateId} after ${service.sent.length}`);
      },
    };
    await sendInvoices(service, invoices, options);
    expect(steps).toEqual(["order-1 after 1", "order-3 after 3"]);
    await sendInvoices(service, invoices, options);
    expect(steps).toHaveLength(2);
  });

  it("counts an order that is cancelled twice as refused", async () => {
    const invoices = [invoice("1", "ann", "lamp"), invoice("C2", "ann", "lamp"), invoice("C3", "ann", "lamp")];
    const sent = await sendInvoices(orderService(), invoices, CONCURRENCY);
    expect(sent.cancelled.size).toBe(1);
    expect(sent.refused).toEqual({ ORDER_ALREADY_CANCELLED: 1 });
  });

  it("sends an invoice with an impossible line, and takes no order that was refused for an earlier one", async () => {
    const broken: Invoice = {
      ...invoice("1", "ann", "lamp"),
      lines: [{ sku: "lamp", quantity: -3, unitPriceMinor: 0 }],
    };
    const sent = await sendInvoices(orderService(), [broken, invoice("C2", "ann", "lamp")], CONCURRENCY);
    expect(sent.placed).toEqual([]);
    expect(sent.refused).toEqual({ NEXUS_COMMAND_INVALID: 1, ORDER_UNKNOWN: 1 });
  });

  it("changes nothing when it is run again, and reckons the same", async () => {
    const service = orderService({ pageSize: 2 });
    const invoices = [
      invoice("1", "ann", "lamp"),
      invoice("2", "bob", "lamp"),
      invoice("C3", "ann", "lamp"),
      invoice("C4", "ann", "lamp"),
      invoice("5", "ann", "lamp"),
    ];
    const first = await sendInvoices(service, invoices, CONCURRENCY);
    const totals = await projectedTotals(service, first);
    const second = await sendInvoices(service, invoices, CONCURRENCY);
    expect(second.refused).toEqual(first.refused);
    expect(expectedTotals(second)).toEqual(expectedTotals(first));
    expect(await projectedTotals(service, second)).toEqual(totals);
    expect(totals).toEqual({ orders: 3, cancelled: 1, revenueMinor: 600 });
  });

  it("keeps the order within a customer, starts in order, and has no more under way than it may", async () => {
    const service = orderService();
    let underWay = 0;
    let most = 0;
    const finished: string[] = [];
    const api: Pick<ApiClient, "command"> = {
      command: async (request) => {
        most = Math.max(most, ++underWay);
        const answer = await service.command(request);
        // The later a command starts, the sooner it would end if nothing held it back.
        for (let turns = 20 - finished.length; turns > 0; turns--) await new Promise(setImmediate);
        underWay--;
        finished.push(request.aggregateId);
        return answer;
      },
    };
    const numbers = Array.from({ length: 20 }, (_, index) => String(index + 10));
    const customers = ["ann", "bob", "cyd", undefined];
    const invoices = numbers.map((number, index) => invoice(number, customers[index % 4], "lamp"));
    await sendInvoices(api, invoices, { concurrency: 3 });
    expect(most).toBe(3);
    for (const lane of [0, 1, 2]) {
      const own = numbers.filter((_, index) => index % 4 === lane).map((number) => `order-${number}`);
      expect(finished.filter((id) => own.includes(id))).toEqual(own);
    }
  });

  it("repeats a command that failed for the moment, under the same key", async () => {
    const service = orderService();
    const keys: (string | undefined)[] = [];
    const api: Pick<ApiClient, "command"> = {
      command: async (request) => {
        keys.push(request.key);
        const status = [503, 429][keys.length - 1];
        return status === undefined ? service.command(request) : { accepted: false, status, problem: { status } };
      },
    };
    const sent = await sendInvoices(api, [invoice("1", "ann", "lamp")], CONCURRENCY);
    expect(sent.placed).toHaveLength(1);
    expect(keys).toEqual(["retail-1", "retail-1", "retail-1"]);
  });

  it("stops at the first command that cannot be answered, and says that to run it again is safe", async () => {
    const sent: string[] = [];
    const api: Pick<ApiClient, "command"> = {
      command: async ({ aggregateId }) => {
        sent.push(aggregateId);
        throw new Error("connection refused");
      },
    };
    const invoices = Array.from({ length: 50 }, (_, index) => invoice(String(index), "ann", "lamp"));
    await expect(sendInvoices(api, invoices, { concurrency: 4 })).rejects.toThrow("connection refused");
    expect(sent.length).toBeLessThanOrEqual(4);
  });
});

describe("the reckoning", () => {
  it("counts the import's own orders alone", async () => {
    const service = orderService();
    const invoices = [invoice("1", "ann", "lamp"), invoice("2", "bob", "lamp"), invoice("3", "cyd", "lamp")];
    const sent = await sendInvoices(service, invoices, CONCURRENCY);
    await service.command({
      type: "PlaceOrder",
      aggregateId: "order-journey",
      key: "other",
      payload: { country: "EIRE", currency: "GBP", placedAt: invoices[1]?.date, lines: invoices[0]?.lines },
    });
    expect(await projectedTotals(service, sent)).toEqual(expectedTotals(sent));
  });
});
