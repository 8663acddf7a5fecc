import { CreateRegistryCommand, GlueClient } from "@aws-sdk/client-glue";
import { beforeEach, describe, expect, it } from "vitest";
import { openGlue } from "../../../../local/services/glue/index.ts";
import { GlueSchemaStore } from "../../../../runtime/adapters/glue/glue-schema-store.ts";
import { orderPlacedV1 } from "../../../../runtime/domain/order/contracts.gen.ts";
import { schemaStoreContract } from "../../../contracts/schema-store/schema-store-contract.ts";
import { useFront } from "../../../local/front/front-under-test.ts";

const front = useFront();
const glue = openGlue({ file: ":memory:" });
const client = () => new GlueClient(front.client());
let registries = 0;

beforeEach(() => {
  front.engines.glue.call.mockImplementation((action, input) => glue.call(action, input));
});

const open = async (): Promise<GlueSchemaStore> => {
  front.grant("glue:*");
  const RegistryName = `orders-${++registries}`;
  await client().send(new CreateRegistryCommand({ RegistryName }));
  return new GlueSchemaStore(client(), RegistryName);
};

describe("schemas in Glue", () => schemaStoreContract(open));

describe("a registry in Glue", () => {
  it("is read with the two permissions that the component grants", async () => {
    const store = await open();
    await store.register(orderPlacedV1);
    front.grant("glue:GetSchemaByDefinition", "glue:GetSchemaVersion");
    expect(await store.statusOf(orderPlacedV1)).toBe("available");
    expect(await store.latest("OrderPlaced", 1)).toMatchObject({ status: "available" });
  });

  it("is denied, not empty, to who may not read it", async () => {
    const store = await open();
    front.grant("glue:GetRegistry");
    await expect(store.statusOf(orderPlacedV1)).rejects.toMatchObject({ code: "NEXUS_ACCESS_DENIED" });
    await expect(store.latest("OrderPlaced", 1)).rejects.toMatchObject({ code: "NEXUS_ACCESS_DENIED" });
  });

  it("is unavailable, not empty, when it does not answer", async () => {
    const lost = new GlueSchemaStore(new GlueClient({ ...front.client(), endpoint: "http://127.0.0.1:9" }), "orders");
    const unavailable = expect.objectContaining({ code: "NEXUS_SCHEMA_REGISTRY_UNAVAILABLE" });
    await expect(lost.statusOf(orderPlacedV1)).rejects.toEqual(unavailable);
    await expect(lost.register(orderPlacedV1)).rejects.toEqual(unavailable);
  });

  it.each([
    ["PENDING", "pending"],
    ["FAILURE", "failed"],
    ["DELETING", "failed"],
  ])("calls a version in status %s %s", async (Status, status) => {
    const store = await open();
    await store.register(orderPlacedV1);
    front.engines.glue.call.mockImplementation(async (action, input) => ({
      ...(await glue.call(action, input)),
      Status,
    }));
    expect(await store.statusOf(orderPlacedV1)).toBe(status);
    expect(await store.latest("OrderPlaced", 1)).toMatchObject({ status });
  });
});
