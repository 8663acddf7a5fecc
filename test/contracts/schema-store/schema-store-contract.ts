import { expect, it } from "vitest";
import { orderPlacedV1, orderPlacedV2 } from "../../../runtime/domain/order/contracts.gen.ts";
import type { SchemaStore } from "../../../runtime/ports/schema-store.ts";

/** What every schema store does. `open` gives one in which nothing is registered. */
export const schemaStoreContract = (open: () => Promise<SchemaStore>): void => {
  const revised = { ...orderPlacedV2, schema: { ...orderPlacedV2.schema, description: "Said better." } };

  it("has nothing of what was never registered", async () => {
    const store = await open();
    expect(await store.statusOf(orderPlacedV1)).toBeUndefined();
    expect(await store.latest("OrderPlaced", 1)).toBeUndefined();
  });

  it("gives back a schema as it was written, each version of an event by itself", async () => {
    const store = await open();
    await store.register(orderPlacedV1);
    expect(await store.statusOf(orderPlacedV1)).toBe("available");
    expect(await store.latest("OrderPlaced", 1)).toEqual({ schema: orderPlacedV1.schema, status: "available" });
    expect(await store.statusOf(orderPlacedV2)).toBeUndefined();
  });

  it("finds content whatever the order of its members, and whatever was registered after it", async () => {
    const store = await open();
    await store.register(orderPlacedV2);
    await store.register(revised);
    const turned = Object.fromEntries(Object.entries(orderPlacedV2.schema).reverse());
    expect(await store.statusOf({ ...orderPlacedV2, schema: turned })).toBe("available");
    expect((await store.latest("OrderPlaced", 2))?.schema).toEqual(revised.schema);
    expect(await store.statusOf({ ...orderPlacedV2, schema: { ...turned, minProperties: 1 } })).toBeUndefined();
  });

  it("takes the same schema twice", async () => {
    const store = await open();
    await store.register(orderPlacedV1);
    await store.register(orderPlacedV1);
    expect(await store.statusOf(orderPlacedV1)).toBe("available");
  });
};
