/** An invoice of the Online Retail data: its rows, grouped. */
export interface Invoice {
  readonly number: string;
  /** When it was written, RFC 3339 UTC. */
  readonly date: string;
  /** Absent for an anonymous sale. */
  readonly customerId?: string;
  readonly country: string;
  readonly lines: readonly InvoiceLine[];
}

/** As it stands in the file, so possibly a line no order may have: that is for the command's schema to refuse. */
export interface InvoiceLine {
  readonly sku: string;
  readonly description?: string;
  readonly quantity: number;
  /** In pence; not whole when the file has more than two decimals. */
  readonly unitPriceMinor: number;
}

export interface RetailCommand {
  readonly type: "PlaceOrder" | "CancelOrder";
  readonly aggregateId: string;
  /** Derived from the invoice number, so that a second import repeats the commands of the first. */
  readonly key: string;
  readonly payload: object;
}

/** A leading C marks a cancellation. */
export const isCancellation = ({ number }: Invoice): boolean => number.startsWith("C");

/** Of the order that an invoice places. */
export const orderId = (invoiceNumber: string): string => `order-${invoiceNumber}`;
const commandKey = ({ number }: Invoice): string => `retail-${number}`;

export const placeOrder = (invoice: Invoice): RetailCommand => ({
  type: "PlaceOrder",
  aggregateId: orderId(invoice.number),
  key: commandKey(invoice),
  payload: {
    ...(invoice.customerId === undefined ? {} : { customerId: invoice.customerId }),
    country: invoice.country,
    currency: "GBP",
    placedAt: invoice.date,
    lines: invoice.lines,
  },
});

/**
 * Cancels the latest of the customer's placed orders that holds the first stock code of the cancellation. The data
 * names no order; where none fits, the cancellation names itself and is refused as unknown.
 */
export const cancelOrder = (cancellation: Invoice, placedBefore: readonly Invoice[]): RetailCommand => {
  const sku = cancellation.lines[0]?.sku;
  const cancelled = placedBefore.findLast(({ lines }) => lines.some((line) => line.sku === sku));
  return {
    type: "CancelOrder",
    aggregateId: orderId(cancelled?.number ?? cancellation.number),
    key: commandKey(cancellation),
    payload: { reason: `Credit note ${cancellation.number}`, cancelledAt: cancellation.date },
  };
};

/** What the order comes to, in pence. */
export const totalMinor = ({ lines }: Invoice): number =>
  lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
