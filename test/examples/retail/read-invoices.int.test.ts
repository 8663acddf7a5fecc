import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCancellation, placeOrder } from "../../../examples/retail/invoice.ts";
import { readInvoices } from "../../../examples/retail/read-invoices.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-retail-"));
});
afterEach(() => rm(folder, { recursive: true }));

const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const file = async (name: string, ...rows: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, `${[HEADER, ...rows].join("\n")}\n`);
  return path;
};

describe("reading invoices", () => {
  it("makes one order of the rows of an invoice, with money in pence and the date in UTC", async () => {
    const path = await file(
      "day.csv",
      "536365,85123A,WHITE HANGING HEART ,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
      "536365,71053,,2,2010-12-01 08:27:00,4.35,17850.0,United Kingdom",
      '536366,22633,"HAND WARMER, UNION JACK",1,2011-07-01 08:28:00,0.0,,EIRE',
    );
    const [first, second] = await readInvoices([path]);
    expect(first && placeOrder(first)).toEqual({
      type: "PlaceOrder",
      aggregateId: "order-536365",
      key: "retail-536365",
      payload: {
        customerId: "17850",
        country: "United Kingdom",
        currency: "GBP",
        placedAt: "2010-12-01T08:26:00.000Z",
        lines: [
          { sku: "85123A", description: "WHITE HANGING HEART", quantity: 6, unitPriceMinor: 255 },
          { sku: "71053", quantity: 2, unitPriceMinor: 435 },
        ],
      },
    });
    expect(second).toEqual({
      number: "536366",
      date: "2011-07-01T07:28:00.000Z",
      country: "EIRE",
      lines: [{ sku: "22633", description: "HAND WARMER, UNION JACK", quantity: 1, unitPriceMinor: 0 }],
    });
  });

  it("keeps impossible lines for the schema to refuse", async () => {
    const rows = [
      "A1,B,Adjust bad debt,1,2010-12-01 08:26:00,-11062.06,,EIRE",
      "2,P,,-5,2010-12-01 08:26:00,0.001,,EIRE",
    ];
    const invoices = await readInvoices([await file("day.csv", ...rows)]);
    expect(invoices.map(({ lines }) => lines[0]?.unitPriceMinor)).toEqual([-1106206, 0.1]);
    expect(invoices[1]?.lines[0]?.quantity).toBe(-5);
  });

  it("gives invoices in order of date across files, those of one date as they stand", async () => {
    const row = (number: string, date: string) => `${number},1,,1,${date},1.0,,EIRE`;
    const late = await file("b.csv", row("3", "2010-12-02 08:00:00"), row("2", "2010-12-02 08:00:00"));
    const early = await file("a.csv", row("9", "2010-12-01 08:00:00"), row("C4", "2010-12-02 07:00:00"));
    const numbers = (await readInvoices([late, early])).map(({ number }) => number);
    expect(numbers).toEqual(["9", "C4", "3", "2"]);
  });

  const good = "1,2,three,4,2010-12-01 08:26:00,5.0,6.0,EIRE";
  it.each([
    ["a column too few", "1,2,three", ":3: Invalid Record Length"],
    ["a quote that is never closed", '1,2,"three,4,2010-12-01 08:26:00,5.0,6.0,EIRE', ":3: Quote Not Closed"],
    ["a quantity that is no number", good.replace(",4,", ",four,"), ':3: Quantity is "four"; expected a whole number'],
    ["half a piece", good.replace(",4,", ",4.5,"), ":3: Quantity"],
    ["a price that is no number", good.replace("5.0", "5,0"), ":3: "],
    ["an empty price", good.replace("5.0", ""), ':3: UnitPrice is ""'],
    ["a day the calendar lacks", good.replace("12-01", "02-30"), ":3: InvoiceDate 2010-02-30 08:26:00 is no date"],
    ["another form of date", good.replace("2010-12-01", "12/1/2010"), ":3: InvoiceDate"],
    ["no invoice number", good.replace("1,2", ",2"), ":3: InvoiceNo"],
    ["another customer in one invoice", good.replace("6.0", "7.0"), ":3: invoice 1 has another CustomerID"],
    ["no country", good.replace("EIRE", ""), ":3: Country"],
  ])("refuses %s, naming file and line", async (_, row, message) => {
    const path = await file("day.csv", good, row);
    await expect(readInvoices([path])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`${path}${message}`),
    });
  });

  it("refuses a file without the columns, a missing file and a file that is given twice", async () => {
    const path = join(folder, "other.csv");
    await writeFile(path, "InvoiceNo,StockCode\n1,2\n");
    await expect(readInvoices([path])).rejects.toThrow(`${path}:1: the header lacks Description, Quantity`);
    await expect(readInvoices([join(folder, "missing.csv")])).rejects.toThrow("missing.csv cannot be read: ENOENT");
    const day = await file("day.csv", good);
    await expect(readInvoices([day, day])).rejects.toThrow("given twice");
  });
});

const DAY = join(import.meta.dirname, "../../../../shared/data/online-retail/2010-12-01.csv");

it.skipIf(!existsSync(DAY))("reads a whole day as it can be counted without a parser", async () => {
  const rows = readFileSync(DAY, "utf8").trim().split("\n").slice(1);
  const numbers = new Set(rows.map((row) => row.split(",")[0]));
  const invoices = await readInvoices([DAY]);
  expect(invoices).toHaveLength(numbers.size);
  expect(invoices.flatMap(({ lines }) => lines)).toHaveLength(rows.length);
  expect(invoices.filter(isCancellation)).toHaveLength([...numbers].filter((number) => number?.startsWith("C")).length);
});
