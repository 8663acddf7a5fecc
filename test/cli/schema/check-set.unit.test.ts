import { describe, expect, it } from "vitest";
import { checkSet } from "../../../cli/schema/check-set.ts";
import { type SchemaSet, schemaVersion, setOf } from "../../../cli/schema/schema-set.ts";

const set = (schemas: Readonly<Record<string, unknown>>): SchemaSet =>
  setOf(Object.entries(schemas).map(([path, schema]) => schemaVersion(path, JSON.stringify(schema), path)));
const published = (schemas: Readonly<Record<string, unknown>>) => ({ name: "main", schemas: set(schemas) });
const upTo = (maxLength: number) => ({ type: "string", maxLength });
const check = (
  now: Readonly<Record<string, unknown>>,
  base?: ReturnType<typeof published>,
  mode = "BACKWARD" as const,
) =>
  checkSet(set(now), base, mode, (path) => path).map(({ path, against, verdict }) => `${path} ${verdict} ${against}`);

describe("a published version", () => {
  const base = published({ "order/A.v1.json": upTo(5), "order/B.v1.json": upTo(5) });

  it("is not compared while its text stays", () => {
    expect(check({ "order/A.v1.json": upTo(5), "order/B.v1.json": upTo(5) }, base)).toEqual([]);
  });

  it("that was edited is compared with what it was", () => {
    expect(check({ "order/A.v1.json": upTo(6), "order/B.v1.json": upTo(4) }, base)).toEqual([
      "order/A.v1.json compatible main",
      "order/B.v1.json incompatible main",
    ]);
  });

  it("that is gone is a break", () => {
    const [gone] = checkSet(set({ "order/A.v1.json": upTo(5) }), base, "BACKWARD", (path) => path);
    expect(gone).toMatchObject({ path: "order/B.v1.json", against: "main", verdict: "incompatible" });
    expect(gone?.changes).toEqual([
      expect.objectContaining({ rule: "nexus-schema-version-removed", path: "", breaking: true }),
    ]);
  });
});

describe("a new version", () => {
  const base = published({ "order/A.v1.json": upTo(9), "order/A.v2.json": upTo(3) });
  const added = (schema: unknown) => ({
    "order/A.v1.json": upTo(9),
    "order/A.v2.json": upTo(3),
    "order/A.v3.json": schema,
  });

  it("is compared with the version before it", () => {
    expect(check(added(upTo(5)), base)).toEqual(["order/A.v3.json compatible A.v2"]);
    expect(check(added(upTo(2)), base)).toEqual(["order/A.v3.json incompatible A.v2"]);
  });

  it("is compared with all versions before it in a transitive mode", () => {
    const found = checkSet(set(added(upTo(5))), base, "BACKWARD_TRANSITIVE", (path) => path);
    expect(found.map(({ against, verdict }) => `${against} ${verdict}`)).toEqual(["A.v1, A.v2 incompatible"]);
  });

  it("is compared with versions in the order of their numbers", () => {
    const versions = Object.fromEntries([1, 2, 10].map((version) => [`order/A.v${version}.json`, upTo(version)]));
    expect(check(versions)).toEqual(["order/A.v2.json compatible A.v1", "order/A.v10.json compatible A.v2"]);
  });

  it("is what every version is while nothing is published", () => {
    expect(check({ "order/A.v1.json": upTo(9), "order/A.v2.json": upTo(3) })).toEqual([
      "order/A.v2.json incompatible A.v1",
    ]);
  });

  it("has nothing to do with an event of the same name elsewhere, or with a command", () => {
    const others = { "order/A.v1.json": upTo(9), "cart/A.v2.json": upTo(3), "order/commands/A.v2.json": upTo(3) };
    expect(check(others)).toEqual([]);
  });

  it("is compared again when the version before it was edited", () => {
    const now = { "order/A.v1.json": upTo(9), "order/A.v2.json": upTo(9), "order/A.v3.json": upTo(5) };
    const before = published({ "order/A.v1.json": upTo(9), "order/A.v2.json": upTo(3), "order/A.v3.json": upTo(5) });
    expect(check(now, before)).toContain("order/A.v3.json incompatible A.v2");
  });
});

describe("what is no schema", () => {
  it("is named by its file, before the place in it", () => {
    expect(() => check({ "order/A.v1.json": upTo(1), "order/A.v2.json": { type: "text" } })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(/order\/A\.v2\.json: \/type must be one of/),
      }),
    );
  });

  it("may be so by its name alone", () => {
    expect(() => schemaVersion("order/placed.json", "{}", "schemas/order/placed.json")).toThrow(
      "schemas/order/placed.json: must be named <Name>.v<n>.json, such as OrderPlaced.v1.json",
    );
  });
});
