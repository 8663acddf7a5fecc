import { DomainError } from "../../kernel/errors.ts";
import { aggregate } from "../../kernel/service.ts";
import { commands, events, type OrderEvent, type OrderPlaced } from "./contracts.gen.ts";

export type { OrderEvent } from "./contracts.gen.ts";

export interface OrderState {
  readonly status: "none" | "placed" | "cancelled";
}

export const order = aggregate<OrderState, OrderEvent>({
  name: "order",
  initialState: () => ({ status: "none" }),
  evolve: (state, event) => {
    switch (event.type) {
      case "OrderPlaced":
        return { status: "placed" };
      case "OrderCancelled":
        return { status: "cancelled" };
      case "OrderNoteAdded":
        return state;
    }
  },
  events,
  commands: {
    PlaceOrder: {
      schema: commands.PlaceOrder,
      decide: (state, payload, { aggregateId, now }) => {
        if (state.status !== "none") throw new DomainError("ORDER_ALREADY_PLACED", `${aggregateId} was placed before`);
        return [{ type: "OrderPlaced", data: { ...payload, placedAt: payload.placedAt ?? now, ...totals(payload) } }];
      },
    },
    CancelOrder: {
      schema: commands.CancelOrder,
      decide: (state, { reason, cancelledAt }, { aggregateId, now }) => {
        if (state.status === "none") throw unknown(aggregateId);
        if (state.status === "cancelled")
          throw new DomainError("ORDER_ALREADY_CANCELLED", `${aggregateId} was cancelled before`);
        return [{ type: "OrderCancelled", data: { reason, cancelledAt: cancelledAt ?? now } }];
      },
    },
    AddOrderNote: {
      schema: commands.AddOrderNote,
      decide: (state, { text }, { aggregateId }) => {
        if (state.status === "none") throw unknown(aggregateId);
        return [{ type: "OrderNoteAdded", data: { text } }];
      },
    },
  },
});

const unknown = (orderId: string): DomainError => new DomainError("ORDER_UNKNOWN", `there is no order ${orderId}`);

/** Exact: the bounds of the schema keep both sums below 2^53. */
const totals = ({ lines }: Pick<OrderPlaced, "lines">): Pick<OrderPlaced, "unitCount" | "totalMinor"> => ({
  unitCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  totalMinor: lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0),
});
