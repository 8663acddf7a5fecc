import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonService } from "../../../../local/services/contract.ts";
import { openGlue } from "../../../../local/services/glue/index.ts";

const SchemaId = { RegistryName: "default-registry", SchemaName: "OrderPlaced.v1" };
const FIRST = '{"type":"object","properties":{"a":{"type":"string"}}}';
const SECOND = '{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}';

let now: number;
let glue: JsonService;
let firstId: unknown;
const create = (more: Record<string, unknown> = {}) =>
  glue.call("CreateSchema", {
    SchemaName: "OrderPlaced.v1",
    DataFormat: "JSON",
    Compatibility: "BACKWARD",
    SchemaDefinition: FIRST,
    ...more,
  });
const register = (SchemaDefinition: string) => glue.call("RegisterSchemaVersion", { SchemaId, SchemaDefinition });
const get = (address: Record<string, unknown>) => glue.call("GetSchemaVersion", address);

beforeEach(async () => {
  now = Date.UTC(2025, 2, 4);
  glue = openGlue({ file: ":memory:", clock: () => now });
  firstId = (await create())["SchemaVersionId"];
});
afterEach(() => glue.close());

describe("versions of a schema", () => {
  it("count up; a definition that is the same as JSON is the version it was", async () => {
    const second = await register(SECOND);
    expect(second).toMatchObject({ VersionNumber: 2, Status: "AVAILABLE" });
    expect(await register('{ "required": ["b"], "properties": {"b": {"type":"string"}}, "type": "object" }')).toEqual(
      second,
    );
    expect(await register(FIRST)).toEqual({ SchemaVersionId: firstId, VersionNumber: 1, Status: "AVAILABLE" });
    const { Schemas } = await glue.call("ListSchemaVersions", { SchemaId });
    expect((Schemas as { VersionNumber: number }[]).map((version) => version.VersionNumber)).toEqual([1, 2]);
  });

  it("are registered though they break readers: compatibility is recorded, as Glue does for JSON", async () => {
    expect(await register('{"type":"string"}')).toMatchObject({ VersionNumber: 2, Status: "AVAILABLE" });
  });

  it("are read by id, by number and as the latest", async () => {
    const { SchemaVersionId } = await register(SECOND);
    const byId = await get({ SchemaVersionId });
    expect(byId).toEqual({
      SchemaVersionId,
      SchemaArn: "arn:aws:glue:eu-west-1:000000000000:schema/default-registry/OrderPlaced.v1",
      SchemaDefinition: SECOND,
      DataFormat: "JSON",
      VersionNumber: 2,
      Status: "AVAILABLE",
      CreatedTime: "2025-03-04T00:00:00.000Z",
    });
    expect(await get({ SchemaId, SchemaVersionNumber: { VersionNumber: 2 } })).toEqual(byId);
    expect(await get({ SchemaId, SchemaVersionNumber: { LatestVersion: true } })).toEqual(byId);
    expect(await glue.call("GetSchemaByDefinition", { SchemaId, SchemaDefinition: SECOND })).toMatchObject({
      SchemaVersionId,
      Status: "AVAILABLE",
    });
  });

  it.each([
    [
      "a number that is not there",
      { SchemaId, SchemaVersionNumber: { VersionNumber: 9 } },
      /VersionNumber: 9, isLatestVersion: false$/,
    ],
    ["no number", { SchemaId }, /One of version number/],
    ["two numbers", { SchemaId, SchemaVersionNumber: { VersionNumber: 1, LatestVersion: true } }, /Only one of/],
    ["nothing at all", {}, /At least one of/],
    ["an id that is none", { SchemaVersionId: "x" }, /regular expression pattern/],
    ["id and schema", { SchemaId, SchemaVersionId: "00000000-0000-0000-0000-000000000000" }, /No other input/],
  ])("are not found by %s", async (_, address, message) => {
    await expect(get(address)).rejects.toThrow(message);
  });

  it("end with the first under DISABLED", async () => {
    await glue.call("UpdateSchema", { SchemaId, Compatibility: "DISABLED" });
    await expect(register(SECOND)).rejects.toThrow(/^Compatibility DISABLED does not allow versioning/);
    expect(await register(FIRST)).toMatchObject({ VersionNumber: 1 });
  });
});

describe("a definition", () => {
  it.each([
    ["no JSON", "{", /it is not JSON/],
    ["no object", "[]", /it is not a JSON object/],
    ["a keyword of the wrong type", '{"properties":3}', /#\/properties must be object/],
    [
      "a dialect Glue does not know",
      '{"$schema":"https://json-schema.org/draft/2020-12/schema"}',
      /Draft-04, Draft-06 or Draft-07/,
    ],
    ["longer than 170,000 characters", JSON.stringify({ title: "x".repeat(170_000) }), /longer than 170000/],
  ])("is refused when it is %s", async (_, SchemaDefinition, message) => {
    await expect(register(SchemaDefinition)).rejects.toThrow(message);
    await expect(create({ SchemaName: "other", SchemaDefinition })).rejects.toMatchObject({
      code: "InvalidInputException",
    });
    const validity = await glue.call("CheckSchemaVersionValidity", { DataFormat: "JSON", SchemaDefinition });
    expect(validity).toEqual({ Valid: false, Error: expect.stringMatching(message) });
  });

  it.each(["http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema"])(
    "may name the dialect %s",
    async (dialect) => {
      const SchemaDefinition = JSON.stringify({ $schema: dialect, type: "object" });
      const check = glue.call("CheckSchemaVersionValidity", { DataFormat: "JSON", SchemaDefinition });
      expect(await check).toEqual({ Valid: true });
    },
  );
});

describe("metadata of a version", () => {
  const address = { SchemaId, SchemaVersionNumber: { LatestVersion: true } };
  const put = (MetadataKey: string, MetadataValue: string) =>
    glue.call("PutSchemaVersionMetadata", { ...address, MetadataKeyValue: { MetadataKey, MetadataValue } });

  it("is kept, newest value first, and filtered", async () => {
    expect(await put("hash", "a1")).toMatchObject({ LatestVersion: true, VersionNumber: 1, MetadataValue: "a1" });
    now += 1000;
    await put("hash", "b2");
    await put("owner", "orders");
    const all = await glue.call("QuerySchemaVersionMetadata", address);
    expect(all["MetadataInfoMap"]).toEqual({
      hash: {
        MetadataValue: "b2",
        CreatedTime: "2025-03-04T00:00:01.000Z",
        OtherMetadataValueList: [{ MetadataValue: "a1", CreatedTime: "2025-03-04T00:00:00.000Z" }],
      },
      owner: { MetadataValue: "orders", CreatedTime: "2025-03-04T00:00:01.000Z" },
    });
    const some = await glue.call("QuerySchemaVersionMetadata", {
      ...address,
      MetadataList: [{ MetadataKey: "owner" }],
    });
    expect(Object.keys(some["MetadataInfoMap"] as object)).toEqual(["owner"]);
  });

  it("is refused twice and beyond ten pairs, and removed", async () => {
    await put("k", "0");
    await expect(put("k", "0")).rejects.toMatchObject({ code: "AlreadyExistsException" });
    for (let index = 1; index < 10; index++) await put("k", String(index));
    await expect(put("k", "10")).rejects.toMatchObject({ code: "ResourceNumberLimitExceededException" });
    const pair = { ...address, MetadataKeyValue: { MetadataKey: "k", MetadataValue: "0" } };
    await glue.call("RemoveSchemaVersionMetadata", pair);
    await expect(glue.call("RemoveSchemaVersionMetadata", pair)).rejects.toMatchObject({
      code: "EntityNotFoundException",
    });
  });
});

it("tags registries and schemas", async () => {
  const ResourceArn = "arn:aws:glue:eu-west-1:000000000000:schema/default-registry/OrderPlaced.v1";
  await glue.call("TagResource", { ResourceArn, TagsToAdd: { a: "1", b: "2" } });
  await glue.call("UntagResource", { ResourceArn, TagsToRemove: ["a"] });
  expect(await glue.call("GetTags", { ResourceArn })).toEqual({ Tags: { b: "2" } });
  await expect(glue.call("GetTags", { ResourceArn: `${ResourceArn}x` })).rejects.toThrow(/not found/);
});
