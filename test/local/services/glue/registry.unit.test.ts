import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonService } from "../../../../local/services/contract.ts";
import { openGlue } from "../../../../local/services/glue/index.ts";

const ARN = "arn:aws:glue:eu-west-1:000000000000";
const DEFINITION = JSON.stringify({ type: "object", properties: { a: { type: "string" } } });
const SCHEMA_ID = { RegistryName: "orders-dev", SchemaName: "OrderPlaced.v1" };

let now: number;
let glue: JsonService;
beforeEach(async () => {
  now = Date.UTC(2025, 2, 4);
  glue = openGlue({ file: ":memory:", clock: () => now });
  await glue.call("CreateRegistry", { RegistryName: "orders-dev", Description: "Orders", Tags: { team: "orders" } });
});
afterEach(() => glue.close());

const create = (more: Record<string, unknown> = {}) =>
  glue.call("CreateSchema", {
    RegistryId: { RegistryName: "orders-dev" },
    SchemaName: "OrderPlaced.v1",
    DataFormat: "JSON",
    Compatibility: "BACKWARD",
    SchemaDefinition: DEFINITION,
    ...more,
  });

describe("registries", () => {
  it("are created, described, updated, listed and deleted", async () => {
    const RegistryId = { RegistryArn: `${ARN}:registry/orders-dev` };
    expect(await glue.call("GetRegistry", { RegistryId })).toEqual({
      RegistryName: "orders-dev",
      RegistryArn: `${ARN}:registry/orders-dev`,
      Description: "Orders",
      Status: "AVAILABLE",
      CreatedTime: "2025-03-04T00:00:00.000Z",
      UpdatedTime: "2025-03-04T00:00:00.000Z",
    });
    now += 1000;
    await glue.call("UpdateRegistry", { RegistryId, Description: "All orders" });
    expect((await glue.call("ListRegistries", {}))["Registries"]).toMatchObject([
      { Description: "All orders", UpdatedTime: "2025-03-04T00:00:01.000Z" },
    ]);
    await create();
    await glue.call("DeleteRegistry", { RegistryId });
    await expect(glue.call("GetRegistry", { RegistryId })).rejects.toMatchObject({ code: "EntityNotFoundException" });
    await expect(glue.call("GetSchema", { SchemaId: SCHEMA_ID })).rejects.toThrow(/^Schema is not found/);
  });

  it.each([
    ["a name in use", "orders-dev", "AlreadyExistsException", "Registry already exists. RegistryName: orders-dev"],
    ["a character that is not allowed", "a b", "InvalidInputException", /not valid\. Parameter Name: registryName$/],
    ["a name too long", "a".repeat(256), "InvalidInputException", /too many or too few characters/],
  ])("refuse %s", async (_, RegistryName, code, message) => {
    const call = glue.call("CreateRegistry", { RegistryName });
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ code });
  });

  it("list page by page", async () => {
    for (const RegistryName of ["a", "b"]) await glue.call("CreateRegistry", { RegistryName });
    const first = await glue.call("ListRegistries", { MaxResults: 2 });
    const second = await glue.call("ListRegistries", { MaxResults: 2, NextToken: first["NextToken"] });
    const names = [first, second].map((p) =>
      (p["Registries"] as { RegistryName: string }[]).map((r) => r.RegistryName),
    );
    expect(names).toEqual([["a", "b"], ["orders-dev"]]);
    expect(second).not.toHaveProperty("NextToken");
  });
});

describe("schemas", () => {
  it("are created with their first version", async () => {
    expect(await create({ Description: "placed", Tags: { route: "core" } })).toEqual({
      RegistryName: "orders-dev",
      RegistryArn: `${ARN}:registry/orders-dev`,
      SchemaName: "OrderPlaced.v1",
      SchemaArn: `${ARN}:schema/orders-dev/OrderPlaced.v1`,
      Description: "placed",
      DataFormat: "JSON",
      Compatibility: "BACKWARD",
      SchemaCheckpoint: 1,
      LatestSchemaVersion: 1,
      NextSchemaVersion: 2,
      SchemaStatus: "AVAILABLE",
      SchemaVersionId: expect.stringMatching(/^[\da-f-]{36}$/),
      SchemaVersionStatus: "AVAILABLE",
      Tags: { route: "core" },
    });
    await expect(create()).rejects.toMatchObject({ code: "AlreadyExistsException" });
  });

  it("go to the default registry when none is named", async () => {
    const { SchemaArn } = await create({ RegistryId: undefined });
    expect(SchemaArn).toBe(`${ARN}:schema/default-registry/OrderPlaced.v1`);
  });

  it("change their compatibility, description and checkpoint", async () => {
    await create();
    await glue.call("RegisterSchemaVersion", { SchemaId: SCHEMA_ID, SchemaDefinition: "{}" });
    await glue.call("UpdateSchema", {
      SchemaId: SCHEMA_ID,
      Compatibility: "FULL",
      SchemaVersionNumber: { LatestVersion: true },
    });
    expect(await glue.call("GetSchema", { SchemaId: SCHEMA_ID })).toMatchObject({
      Compatibility: "FULL",
      SchemaCheckpoint: 2,
      LatestSchemaVersion: 2,
      NextSchemaVersion: 3,
    });
    await expect(glue.call("UpdateSchema", { SchemaId: SCHEMA_ID })).rejects.toMatchObject({
      code: "InvalidInputException",
    });
  });

  it("are listed by registry or all together", async () => {
    await create();
    await create({ RegistryId: undefined });
    const count = async (input: Record<string, unknown>) =>
      ((await glue.call("ListSchemas", input))["Schemas"] as unknown[]).length;
    expect([await count({}), await count({ RegistryId: { RegistryName: "orders-dev" } })]).toEqual([2, 1]);
  });

  it("are gone with their versions, tags and metadata once deleted", async () => {
    const { SchemaVersionId, SchemaArn } = await create({ Tags: { a: "1" } });
    await glue.call("DeleteSchema", { SchemaId: { SchemaArn } });
    await expect(glue.call("GetSchemaVersion", { SchemaVersionId })).rejects.toThrow(
      `Schema version is not found. SchemaVersionId: ${SchemaVersionId}`,
    );
    await create();
    expect(await glue.call("GetTags", { ResourceArn: SchemaArn })).toEqual({ Tags: {} });
  });

  it.each([
    ["both ways of naming it", { SchemaArn: "arn", SchemaName: "s" }, /both cannot be provided/],
    ["no registry", { SchemaName: "s" }, /At least one of/],
    [
      "an unknown one",
      { RegistryName: "orders-dev", SchemaName: "s" },
      /RegistryName: orders-dev, SchemaName: s, SchemaArn: null/,
    ],
    ["one of another account", { SchemaArn: "arn:aws:glue:eu-west-1:1:schema/orders-dev/OrderPlaced.v1" }, /not found/],
  ])("are not found by %s", async (_, SchemaId, message) => {
    await create();
    await expect(glue.call("GetSchema", { SchemaId })).rejects.toThrow(message);
  });
});

it("refuses by name what it does not simulate", async () => {
  await expect(glue.call("StartJobRun", {})).rejects.toThrow("StartJobRun is not simulated locally");
  await expect(create({ DataFormat: "PROTOBUF" })).rejects.toThrow(/PROTOBUF is not simulated/);
  await expect(create({ Colour: "red" })).rejects.toThrow(/'Colour' is not simulated/);
});
