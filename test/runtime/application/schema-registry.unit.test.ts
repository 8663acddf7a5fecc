import { describe, expect, it, vi } from "vitest";
import { MemorySchemaStore } from "../../../runtime/adapters/memory/memory-schema-store.ts";
import { SchemaRegistry } from "../../../runtime/application/schema-registry.ts";
import { orderPlacedV1, orderPlacedV2, paymentProcessedV1 } from "../../../runtime/domain/order/contracts.gen.ts";
import service from "../../../runtime/domain/service.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import type { EventContract } from "../../../runtime/kernel/contract.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import type { RegistrationStatus } from "../../../runtime/ports/schema-store.ts";
import { FixedRuntime, RecordingTelemetry } from "../../support/counter/runtime.ts";

const EVERYTHING = service.aggregates.flatMap(({ events }) => events);
const MINUTE_MS = 60_000;

const given = (registered: readonly EventContract[] = EVERYTHING) => {
  const store = new MemorySchemaStore(registered);
  const [runtime, telemetry] = [new FixedRuntime(), new RecordingTelemetry()];
  const asked = vi.spyOn(store, "statusOf");
  const registry = new SchemaRegistry({ catalog: new ServiceCatalog(service), store, runtime, telemetry });
  return { store, runtime, telemetry, asked, registry };
};

const down = nexusError("NEXUS_SCHEMA_REGISTRY_UNAVAILABLE", "no answer");
const payment = {
  type: "PaymentProcessed",
  schemaVersion: 1,
  data: { paymentId: "p", amountMinor: 1, currency: "GBP", method: "card", processedAt: "2030-01-01T00:00:00Z" },
};
const changed = (contract: EventContract, schema: object): EventContract => ({
  ...contract,
  schema: { ...contract.schema, ...schema },
});
const required = [...(orderPlacedV2.schema["required"] as string[])];

describe("validation", () => {
  it("takes an event that its registered schema allows, and asks the registry once", async () => {
    const { registry, asked } = given();
    await registry.confirm([payment, payment]);
    await registry.confirm([payment]);
    expect(registry.validate(payment)).toBe(paymentProcessedV1);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("names event, version, path, keyword and type of what it refuses, and not the value", async () => {
    const { registry } = given();
    await registry.confirm([payment]);
    const wrong = { ...payment, data: { ...payment.data, amountMinor: "secret" } };
    const refused = expect.objectContaining({
      code: "NEXUS_EVENT_INVALID",
      message: "PaymentProcessed.v1 does not match its schema: /amountMinor must be integer (type; found string)",
      context: {
        type: "PaymentProcessed",
        version: 1,
        errors: [{ path: "/amountMinor", keyword: "type", message: "must be integer", valueType: "string" }],
      },
    });
    expect(() => registry.validate(wrong)).toThrow(refused);
  });

  it("refuses what was never confirmed", () => {
    expect(() => given().registry.validate(payment)).toThrow(
      expect.objectContaining({ code: "NEXUS_EVENT_UNREGISTERED" }),
    );
  });
});

describe("what is known of the registry", () => {
  it("stands for five minutes", async () => {
    const { registry, runtime, asked } = given();
    await registry.confirm([payment]);
    runtime.time += 5 * MINUTE_MS - 1;
    await registry.confirm([payment]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("is used while it is asked for again after that, even when nobody answers", async () => {
    const { registry, runtime, telemetry, asked } = given();
    await registry.confirm([payment]);
    runtime.time += 5 * MINUTE_MS;
    asked.mockRejectedValue(down);
    await registry.confirm([payment]);
    expect(registry.validate(payment)).toBe(paymentProcessedV1);
    await vi.waitFor(() => expect(telemetry.warnings).toEqual(["registry not asked, the last answer stands"]));
    await registry.confirm([payment]);
    expect(asked).toHaveBeenCalledTimes(2);
    runtime.time += MINUTE_MS;
    await registry.confirm([payment]);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("is refused where nothing is known yet and nobody answers, until somebody does", async () => {
    const { registry, asked } = given();
    asked.mockRejectedValueOnce(down);
    await expect(registry.confirm([payment])).rejects.toBe(down);
    expect(() => registry.validate(payment)).toThrow();
    await registry.confirm([payment]);
    expect(registry.validate(payment)).toBe(paymentProcessedV1);
  });

  it("is asked for once by all who wait for it", async () => {
    const { registry, asked } = given();
    await Promise.all([registry.confirm([payment]), registry.confirm([payment]), registry.prepare()]);
    expect(asked).toHaveBeenCalledTimes(EVERYTHING.length);
  });

  it("is told in one warning when a function starts and nobody answers", async () => {
    const { registry, telemetry, asked } = given();
    asked.mockRejectedValue(down);
    await registry.prepare();
    expect(telemetry.warnings).toEqual(["registry not asked"]);
  });
});

describe("a schema that is deployed and not registered", () => {
  it("is refused, and looked for again soon: it may be registered any moment", async () => {
    const { registry, runtime, store, telemetry } = given([]);
    const refused = expect.objectContaining({ code: "NEXUS_EVENT_UNREGISTERED" });
    await expect(registry.confirm([payment])).rejects.toEqual(refused);
    await expect(registry.confirm([payment])).rejects.toEqual(refused);
    expect(telemetry.total("SchemaRefusals")).toBe(1);
    await store.register(paymentProcessedV1);
    runtime.time += 5_000;
    await registry.confirm([payment]);
  });

  it("is refused as drift with the rule and place, when another stands under its name", async () => {
    const older = changed(orderPlacedV2, { required: required.filter((name) => name !== "country") });
    const { registry, telemetry } = given([older]);
    await registry.prepare();
    const placed = { type: "OrderPlaced", schemaVersion: 2 };
    await expect(registry.confirm([placed])).rejects.toMatchObject({
      code: "NEXUS_SCHEMA_DRIFT",
      message: expect.stringContaining("nexus-schema-required-added at /properties/country"),
      context: { schema: "OrderPlaced.v2", rules: ["nexus-schema-required-added"] },
    });
    expect(telemetry.errors).toContainEqual(expect.objectContaining({ code: "NEXUS_SCHEMA_DRIFT" }));
  });

  it("may be one that a later revision has followed: functions are replaced after their schemas", async () => {
    const { registry, store } = given();
    await store.register(changed(paymentProcessedV1, { description: "Said better." }));
    await registry.confirm([payment]);
  });

  it("is refused while the registry has not made it available", async () => {
    const { registry, asked } = given();
    asked.mockResolvedValue("failed");
    await expect(registry.confirm([payment])).rejects.toMatchObject({ code: "NEXUS_SCHEMA_REJECTED" });
  });
});

describe("registration", () => {
  it("takes a first version and one that breaks no reader of it", async () => {
    const { registry, store } = given([]);
    await registry.registerSchema(orderPlacedV1);
    await registry.registerSchema(orderPlacedV2);
    expect(await store.statusOf(orderPlacedV2)).toBe("available");
    expect((await registry.getSchema("OrderPlaced", 2)).schema).toBe(orderPlacedV2.schema);
  });

  it.each([
    ["a version that requires more than the one before", { required: [...required, "channel"] }, orderPlacedV1],
    ["another content of its own version", { required: [...required, "channel"] }, orderPlacedV2],
  ])("refuses %s and hands nothing over", async (_, schema, standing) => {
    const { registry, store } = given([standing]);
    const register = vi.spyOn(store, "register");
    await expect(registry.registerSchema(changed(orderPlacedV2, schema))).rejects.toMatchObject({
      code: "NEXUS_SCHEMA_INCOMPATIBLE",
      context: { schema: "OrderPlaced.v2", rules: ["nexus-schema-required-added"] },
    });
    expect(register).not.toHaveBeenCalled();
  });

  it("waits until the registry has settled the version", async () => {
    const { registry, asked, runtime } = given([]);
    const answers: (RegistrationStatus | undefined)[] = [undefined, "pending", "available"]; // the store itself asks first
    asked.mockImplementation(async () => answers.shift());
    await registry.registerSchema(orderPlacedV1);
    expect(runtime.sleeps).toEqual([250]);
  });

  it.each(["failed", "pending"] as const)("is refused when the version ends as %s", async (status) => {
    const { registry, asked } = given([]);
    asked.mockResolvedValue(status);
    await expect(registry.registerSchema(orderPlacedV1)).rejects.toMatchObject({
      code: "NEXUS_SCHEMA_REJECTED",
      context: { status },
    });
  });

  it("compares schemas on request, and has none of what was never registered", async () => {
    const { registry } = given([]);
    const { verdict } = await registry.checkCompatibility([orderPlacedV1.schema], orderPlacedV2.schema, "FULL");
    expect(verdict).toBe("incompatible");
    await expect(registry.getSchema("OrderPlaced", 1)).rejects.toMatchObject({ code: "NEXUS_EVENT_UNREGISTERED" });
  });
});
