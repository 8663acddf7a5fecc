import { describe, it } from "vitest";
import { cart } from "../../../../runtime/domain/cart/cart.ts";
import type { CartEvent } from "../../../../runtime/domain/cart/contracts.gen.ts";
import { decider } from "../../../support/decider.ts";

const { given } = decider(cart);
const left = { customerId: "17850", lines: [{ sku: "85123A", quantity: 6 }], lastActiveAt: "2010-12-01T08:26:00Z" };
const abandoned: CartEvent = { type: "CartAbandoned", data: left };

describe("AbandonCart", () => {
  it("gives up a cart with what was in it", () => {
    given().when("AbandonCart", left).thenEvents(abandoned);
  });

  it("is refused the second time", () => {
    given(abandoned).when("AbandonCart", left).thenRefused("CART_ALREADY_ABANDONED");
  });
});
