import { service } from "../kernel/service.ts";
import { cart } from "./cart/cart.ts";
import { order } from "./order/order.ts";
import { orderList, orderSearch } from "./order/projections.ts";
import { orderUpcasters } from "./order/upcasters.ts";

/** The example: a shop's orders, and the carts that did not become one. The Pulumi program and every Lambda read it. */
export default service({
  name: "orders",
  aggregates: [order, cart],
  projections: [orderList, orderSearch],
  upcasters: orderUpcasters,
});
