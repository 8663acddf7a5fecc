import { DomainError } from "../../kernel/errors.ts";
import { aggregate } from "../../kernel/service.ts";
import { commands, events, type OrderEvent, type OrderPlaced } from "./contracts.gen.ts";

export type { OrderEvent } from "./contracts.gen.ts";

export interface OrderState {
  readonly status: "none" | "placed" | "cancelled";
  /** What the order comes to, in the minor unit of its currency. */
  readonly totalMinor: number;
  readonly paid: boolean;
}

export const order = aggregate<OrderState, OrderEvent>({
  name: "order",
  initialState: () => ({ status: "none", totalMinor: 0, paid: false }),
  evolve: (state, event) => {
    switch (event.type) {
      case "OrderPlaced":
        return { ...state, status: "placed", totalMinor: event.data.totalMinor };
      case "OrderCancelled":
        return { ...state, status: "cancelled" };
      case "PaymentProcessed":
        return { ...state, paid: true };
      case "OrderNoteAdded":
      case "EmailSent":
        return state;
    }
  },
  events,
  commands: {
    PlaceOrder: {
      schema: commands.PlaceOrder,
      decide: (state, payload, { aggregateId, now }) => {
        if (state.status !== "none") throw new DomainError("ORDER_ALREADY_PLACED", `${aggregateId} was placed before`);
        const { channel = "online", placedAt = now } = payload;
        return [{ type: "OrderPlaced", data: { ...payload, channel, placedAt, ...totals(payload) } }];
      },
    },
    CancelOrder: {
      schema: commands.CancelOrder,
      decide: (state, { reason, cancelledAt }, { aggregateId, now }) => {
        assertOpen(state, aggregateId);
        return [{ type: "OrderCancelled", data: { reason, cancelledAt: cancelledAt ?? now } }];
      },
    },
    RecordPayment: {
      schema: commands.RecordPayment,
      decide: (state, payload, { aggregateId, now }) => {
        assertOpen(state, aggregateId);
        if (state.paid) throw new DomainError("ORDER_ALREADY_PAID", `${aggregateId} was paid before`);
        if (payload.amountMinor !== state.totalMinor)
          throw new DomainError(
            "ORDER_PAYMENT_MISMATCH",
            `${aggregateId} comes to ${state.totalMinor}, but ${payload.amountMinor} was paid`,
          );
        return [{ type: "PaymentProcessed", data: { ...payload, processedAt: payload.processedAt ?? now } }];
      },
    },
    AddOrderNote: {
      schema: commands.AddOrderNote,
      decide: (state, { text }, { aggregateId }) => {
        if (state.status === "none") throw unknown(aggregateId);
        return [{ type: "OrderNoteAdded", data: { text } }];
      },
    },
    RecordEmail: {
      schema: commands.RecordEmail,
      decide: (state, payload, { aggregateId, now }) => {
        if (state.status === "none") throw unknown(aggregateId);
        return [{ type: "EmailSent", data: { ...payload, sentAt: payload.sentAt ?? now } }];
      },
    },
  },
});

const unknown = (orderId: string): DomainError => new DomainError("ORDER_UNKNOWN", `there is no order ${orderId}`);

const assertOpen = ({ status }: OrderState, orderId: string): void => {
  if (status === "none") throw unknown(orderId);
  if (status === "cancelled") throw new DomainError("ORDER_ALREADY_CANCELLED", `${orderId} was cancelled before`);
};

/** Exact: the bounds of the schema keep both sums below 2^53. */
const totals = ({ lines }: Pick<OrderPlaced, "lines">): Pick<OrderPlaced, "unitCount" | "totalMinor"> => ({
  unitCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  totalMinor: lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0),
});
