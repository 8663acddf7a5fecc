import type { ApiClient } from "../../cli/client/api-client.ts";
import { eventually } from "../../cli/client/eventually.ts";
import { failed } from "../../cli/failure.ts";
import { type Invoice, orderId, totalMinor } from "./invoice.ts";
import type { Sent } from "./send-invoices.ts";

/** What a set of orders comes to. */
export interface Totals {
  readonly orders: number;
  readonly cancelled: number;
  /** Of the orders that are not cancelled, in pence. */
  readonly revenueMinor: number;
}

/** By the commands that were accepted. */
export const expectedTotals = ({ placed, cancelled }: Pick<Sent, "placed" | "cancelled">): Totals => ({
  orders: placed.length,
  cancelled: placed.filter(({ number }) => cancelled.has(orderId(number))).length,
  revenueMinor: placed
    .filter(({ number }) => !cancelled.has(orderId(number)))
    .reduce((sum, invoice) => sum + totalMinor(invoice), 0),
});

const PAGE = "100";
const CATCH_UP_DEADLINE_MS = 60_000;

/**
 * By the read model, once it has every version that the import made. Reads `order-list` for the dates of the import
 * and counts the import's own orders: others may stand in it.
 * @throws CliFailure when the read model does not catch up
 */
export const projectedTotals = async (
  api: Pick<ApiClient, "query">,
  { placed, versions }: Pick<Sent, "placed" | "versions">,
): Promise<Totals> => {
  const ids = new Set(placed.map(({ number }) => orderId(number)));
  if (ids.size === 0) return { orders: 0, cancelled: 0, revenueMinor: 0 };
  const dates = datesOf(placed);

  const caughtUp = async () => {
    const documents = (await readAll(api, dates)).filter(({ id }) => ids.has(String(id)));
    const behind = documents.some(({ id, version }) => Number(version) < (versions.get(String(id)) ?? 0));
    return documents.length === ids.size && !behind ? documents : undefined;
  };
  const patience = { what: "order-list with every imported order", deadlineMs: CATCH_UP_DEADLINE_MS, intervalMs: 250 };
  const documents = await eventually(caughtUp, patience).catch((error: unknown) => {
    throw failed(`the read model has not caught up: ${error instanceof Error ? error.message : String(error)}`, error);
  });
  const valid = documents.filter(({ status }) => status !== "cancelled");
  return {
    orders: documents.length,
    cancelled: documents.length - valid.length,
    revenueMinor: valid.reduce((sum, document) => sum + Number(document["totalMinor"]), 0),
  };
};

const datesOf = (invoices: readonly Invoice[]) => {
  const dates = invoices.map(({ date }) => date).sort();
  return { "from.placedAt": String(dates[0]), "to.placedAt": String(dates.at(-1)) };
};

const readAll = async (api: Pick<ApiClient, "query">, dates: Readonly<Record<string, string>>) => {
  const documents: Readonly<Record<string, unknown>>[] = [];
  let cursor: string | undefined;
  do {
    const page = { ...dates, sort: "placedAt", limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await api.query({ resource: "order-list", parameters: page });
    documents.push(...answer.items);
    cursor = answer.cursor;
  } while (cursor !== undefined);
  return documents;
};
