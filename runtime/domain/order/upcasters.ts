import type { Upcaster } from "../../kernel/service.ts";
import type { OrderPlaced, OrderPlacedV1 } from "./contracts.gen.ts";

/** While version 1 was written the shop sold online alone. */
const placedOnline = (data: OrderPlacedV1): OrderPlaced => ({ ...data, channel: "online" });

export const orderUpcasters: readonly Upcaster[] = [
  { type: "OrderPlaced", from: 1, upcast: (data) => placedOnline(data as OrderPlacedV1) },
];
