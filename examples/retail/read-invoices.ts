import { createReadStream } from "node:fs";
import { type CastingContext, CsvError, parse } from "csv-parse";
import { badInput } from "../../cli/failure.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import { londonToUtc } from "./london-time.ts";

const COLUMNS = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

interface Draft extends Omit<Invoice, "lines"> {
  readonly lines: InvoiceLine[];
}

/**
 * Reads invoices from CSV files, in order of invoice date; those of one date in the order they stand in.
 * @throws CliFailure naming file and line of the first row that cannot be read
 */
export const readInvoices = async (files: readonly string[]): Promise<Invoice[]> => {
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw badInput(`${twice} is given twice; its rows would count double`);
  const drafts = new Map<string, Draft>();
  for (const file of files) await readFile(file, drafts);
  return [...drafts.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
};

const readFile = async (file: string, drafts: Map<string, Draft>): Promise<void> => {
  const parser = parse({ bom: true, columns: (header: string[]) => checkedHeader(file, header), info: true });
  const source = createReadStream(file);
  source.once("error", (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<{ record: Row; info: CastingContext }>)
      addRow(drafts, record, `${file}:${info.lines}`);
  } catch (error) {
    if (error instanceof CsvError) throw badInput(`${file}:${error["lines"]}: ${error.message}`, error);
    if (error instanceof Error && "code" in error) throw badInput(`${file} cannot be read: ${error.message}`, error);
    throw error;
  }
};

const checkedHeader = (file: string, header: string[]): string[] => {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0) throw badInput(`${file}:1: the header lacks ${missing.join(", ")}`);
  return header;
};

/** The rows of an invoice may differ by a minute; its date is that of the first. */
const addRow = (drafts: Map<string, Draft>, row: Row, at: string): void => {
  const number = matched(row, "InvoiceNo", /^[A-Z]?\d+$/, "digits with an optional leading letter", at);
  const date = dateOf(row, at);
  const customerId = matched(row, "CustomerID", /^(\d+(\.0)?)?$/, "a number or empty", at).replace(/\.0$/, "");
  const country = matched(row, "Country", /\S/, "a name", at).trim();
  const line = lineOf(row, at);
  const draft = drafts.get(number);
  if (draft === undefined)
    drafts.set(number, { number, date, ...(customerId === "" ? {} : { customerId }), country, lines: [line] });
  else if ((draft.customerId ?? "") !== customerId || draft.country !== country)
    throw badInput(`${at}: invoice ${number} has another CustomerID or Country than in its first row`);
  else draft.lines.push(line);
};

const lineOf = (row: Row, at: string): InvoiceLine => {
  const description = row.Description.trim();
  return {
    sku: matched(row, "StockCode", /\S/, "a code", at).trim(),
    ...(description === "" ? {} : { description }),
    quantity: Number(matched(row, "Quantity", /^-?\d{1,15}$/, "a whole number", at)),
    unitPriceMinor: toMinor(matched(row, "UnitPrice", /^-?\d{1,12}(\.\d{1,9})?$/, "a decimal number", at)),
  };
};

const dateOf = (row: Row, at: string): string => {
  const form = "YYYY-MM-DD HH:MM:SS";
  const local = matched(row, "InvoiceDate", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, form, at);
  const utc = londonToUtc(local);
  if (utc === undefined) throw badInput(`${at}: InvoiceDate ${local} is no date; expected ${form}`);
  return utc;
};

const matched = (row: Row, column: keyof Row, pattern: RegExp, expected: string, at: string): string => {
  const value = row[column];
  if (!pattern.test(value)) throw badInput(`${at}: ${column} is ${JSON.stringify(value)}; expected ${expected}`);
  return value;
};

/** Moves the point by text, because 4.35 * 100 is 434.99999999999994. */
const toMinor = (pounds: string): number => {
  const [whole = "", decimals = ""] = pounds.split(".");
  return Number(`${whole}${decimals.slice(0, 2).padEnd(2, "0")}.${decimals.slice(2)}0`);
};
