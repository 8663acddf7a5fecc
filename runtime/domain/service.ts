import { service } from "../kernel/service.ts";
import { order } from "./order/order.ts";
import { orderList, orderSearch } from "./order/projections.ts";

/** The example: a shop's orders. The Pulumi program and every Lambda read it. */
export default service({
  name: "orders",
  aggregates: [order],
  projections: [orderList, orderSearch],
});
