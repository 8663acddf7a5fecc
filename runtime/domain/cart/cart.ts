import { DomainError } from "../../kernel/errors.ts";
import { aggregate } from "../../kernel/service.ts";
import { type CartEvent, commands, events } from "./contracts.gen.ts";

export interface CartState {
  readonly abandoned: boolean;
}

/**
 * A cart that a visitor left. The shop keeps carts while they are in use and reports those that were given up; nobody
 * here shows them: whoever wants to win the visitor back subscribes to the topic of standard events.
 */
export const cart = aggregate<CartState, CartEvent>({
  name: "cart",
  initialState: () => ({ abandoned: false }),
  evolve: (_state, event) => {
    switch (event.type) {
      case "CartAbandoned":
        return { abandoned: true };
    }
  },
  events,
  commands: {
    AbandonCart: {
      schema: commands.AbandonCart,
      decide: ({ abandoned }, payload, { aggregateId }) => {
        if (abandoned) throw new DomainError("CART_ALREADY_ABANDONED", `${aggregateId} was given up before`);
        return [{ type: "CartAbandoned", data: payload }];
      },
    },
  },
});
