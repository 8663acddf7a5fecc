import { type ProjectionDefinition, projection } from "../../kernel/service.ts";
import type { OrderEvent, OrderPlaced } from "./contracts.gen.ts";

const TOPIC = "orders";

/** What both read models say of an order. Types, not interfaces: a document is an index signature. */
type OrderHead = {
  readonly status: "placed" | "cancelled";
  readonly customerId?: string;
  readonly country: string;
  readonly placedAt: string;
};

export type OrderListDocument = OrderHead & {
  readonly currency: string;
  readonly channel?: string;
  readonly lineCount: number;
  readonly unitCount: number;
  /** In the minor unit of the currency. */
  readonly totalMinor: number;
  readonly noteCount: number;
  readonly cancelledAt?: string;
  readonly cancelReason?: string;
  readonly paidAt?: string;
};

/** Texts are joined with line breaks, one a line of the order or note. */
export type OrderSearchDocument = OrderHead & {
  readonly skus: string;
  readonly descriptions: string;
  readonly notes: string;
};

const head = ({ customerId, country, placedAt }: OrderPlaced): OrderHead => ({
  status: "placed",
  ...(customerId === undefined ? {} : { customerId }),
  country,
  placedAt,
});

/** What each order is and comes to. */
export const orderList: ProjectionDefinition = projection<OrderListDocument>({
  name: "order-list",
  aggregate: "order",
  topic: TOPIC,
  fields: {
    status: "keyword",
    customerId: "keyword",
    country: "keyword",
    currency: "keyword",
    placedAt: "date",
    cancelledAt: "date",
    lineCount: "integer",
    unitCount: "integer",
    totalMinor: "integer",
    noteCount: "integer",
  },
  transform: (document, recorded) => {
    const event = recorded as OrderEvent;
    switch (event.type) {
      case "OrderPlaced": {
        const { currency, channel, lines, unitCount, totalMinor } = event.data;
        const goods = { currency, lineCount: lines.length, unitCount, totalMinor, noteCount: 0 };
        return { ...head(event.data), ...(channel === undefined ? {} : { channel }), ...goods };
      }
      case "OrderCancelled": {
        const { cancelledAt, reason } = event.data;
        return document && { ...document, status: "cancelled", cancelledAt, cancelReason: reason };
      }
      case "PaymentProcessed":
        return document && { ...document, paidAt: event.data.processedAt };
      case "OrderNoteAdded":
        return document && { ...document, noteCount: document.noteCount + 1 };
      default:
        return document;
    }
  },
});

/** What people look for in an order: its goods and its notes. */
export const orderSearch: ProjectionDefinition = projection<OrderSearchDocument>({
  name: "order-search",
  aggregate: "order",
  topic: TOPIC,
  fields: {
    status: "keyword",
    customerId: "keyword",
    country: "keyword",
    placedAt: "date",
    skus: "text",
    descriptions: "text",
    notes: "text",
  },
  transform: (document, recorded) => {
    const event = recorded as OrderEvent;
    switch (event.type) {
      case "OrderPlaced": {
        const { lines } = event.data;
        return {
          ...head(event.data),
          skus: lines.map(({ sku }) => sku).join("\n"),
          descriptions: lines.flatMap(({ description }) => description ?? []).join("\n"),
          notes: "",
        };
      }
      case "OrderCancelled":
        return document && { ...document, status: "cancelled" };
      case "OrderNoteAdded":
        return document && { ...document, notes: [document.notes, event.data.text].filter(Boolean).join("\n") };
      default:
        return document;
    }
  },
});
