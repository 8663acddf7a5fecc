import { describe, expect, it } from "vitest";
import { checkCompatibility } from "../../../../runtime/kernel/compatibility/check-compatibility.ts";

const upTo = (maxLength: number) => ({ type: "string", maxLength });
const verdict = (...input: Parameters<typeof checkCompatibility>) => checkCompatibility(...input).verdict;

describe("modes", () => {
  it("BACKWARD lets the new schema accept more, FORWARD less, FULL neither", () => {
    expect(verdict(upTo(3), upTo(5), "BACKWARD")).toBe("compatible");
    expect(verdict(upTo(3), upTo(5), "FORWARD")).toBe("incompatible");
    expect(verdict(upTo(5), upTo(3), "BACKWARD")).toBe("incompatible");
    expect(verdict(upTo(5), upTo(3), "FORWARD")).toBe("compatible");
    expect(verdict(upTo(3), upTo(5), "FULL")).toBe("incompatible");
    expect(verdict(upTo(3), upTo(3), "FULL")).toBe("compatible");
  });

  it("of a list of versions compares with the last one", () => {
    expect(verdict([upTo(9), upTo(3)], upTo(5), "BACKWARD")).toBe("compatible");
  });

  it("compares with every version when it is transitive", () => {
    expect(verdict([upTo(9), upTo(3)], upTo(5), "BACKWARD_TRANSITIVE")).toBe("incompatible");
    expect(verdict([upTo(4), upTo(3)], upTo(5), "BACKWARD_TRANSITIVE")).toBe("compatible");
    expect(verdict([upTo(4), upTo(9)], upTo(5), "FORWARD_TRANSITIVE")).toBe("incompatible");
    expect(verdict([upTo(5), upTo(5)], upTo(5), "FULL_TRANSITIVE")).toBe("compatible");
  });

  it("has nothing against a first version", () => {
    expect(checkCompatibility([], upTo(5), "FULL_TRANSITIVE")).toEqual({ verdict: "compatible", changes: [] });
  });
});

describe("findings", () => {
  it("say what was accepted and is not any more, by which keyword, and what to do", () => {
    const [change] = checkCompatibility(upTo(3), upTo(2), "BACKWARD").changes;
    expect(change).toEqual({
      rule: "nexus-schema-length-narrowed",
      path: "/maxLength",
      breaking: true,
      why: 'The old schema accepts "aaa" here; the new one refuses it by maxLength: 2.',
      remedy: "Do not raise minLength, do not lower maxLength; enforce the new bound where the text is made.",
    });
  });

  it("name the property that is required now", () => {
    const [change] = checkCompatibility({ type: "object" }, { type: "object", required: ["id"] }, "BACKWARD").changes;
    expect(change?.why).toBe('The old schema accepts an object without "id"; the new one requires it.');
  });

  it("put what breaks first", () => {
    const before = { type: "object", properties: { a: { minLength: 1 }, b: { maxLength: 9 } } };
    const after = { type: "object", properties: { a: {}, b: { maxLength: 1 } } };
    const { changes } = checkCompatibility(before, after, "BACKWARD");
    expect(changes.map(({ breaking }) => breaking)).toEqual([true, false]);
  });

  it("of several places come together", () => {
    const before = { type: "object", properties: { a: { type: "string" }, b: { type: "number" } } };
    const after = { type: "object", properties: { a: { type: "number" }, b: { type: "string" } } };
    const { changes } = checkCompatibility(before, after, "BACKWARD");
    expect(changes.filter(({ breaking }) => breaking).map(({ path }) => path)).toEqual([
      "/properties/a/type",
      "/properties/b/type",
    ]);
  });
});

describe("waivers", () => {
  const before = { type: "string", pattern: "^(?!x)a$" };
  const changed = { type: "string", pattern: "^(?!xy)a$" };
  const waived = (waiver: unknown) => ({ ...changed, "x-nexus-waiver": waiver });
  const reason = "Both forbid what was never written.";

  it("let pass what is undecided, and keep it in sight", () => {
    expect(verdict(before, changed, "BACKWARD")).toBe("undecided");
    const after = waived([{ rule: "nexus-schema-undecided", path: "/pattern", reason }]);
    const { verdict: found, changes } = checkCompatibility(before, after, "BACKWARD");
    expect(found).toBe("compatible");
    const [change] = changes;
    expect(change).toMatchObject({ rule: "nexus-schema-undecided", path: "/pattern", breaking: false });
    expect(change?.why).toContain(reason);
  });

  it("hold for every place when they name none, and for no other than the one they name", () => {
    const everywhere = waived([{ rule: "nexus-schema-undecided", reason }]);
    const elsewhere = waived([{ rule: "nexus-schema-undecided", path: "/properties/a", reason }]);
    expect(verdict(before, everywhere, "BACKWARD")).toBe("compatible");
    expect(verdict(before, elsewhere, "BACKWARD")).toBe("undecided");
  });

  it.each([
    ["without a reason", [{ rule: "nexus-schema-undecided" }], "/x-nexus-waiver/0/reason must say why"],
    [
      "with an empty reason",
      [{ rule: "nexus-schema-undecided", reason: " " }],
      "/x-nexus-waiver/0/reason must say why",
    ],
    ["of a proven break", [{ rule: "nexus-schema-type-narrowed", reason }], "proven breaks cannot be waived"],
    [
      "with a misspelt member",
      [{ rule: "nexus-schema-undecided", reason, where: "/" }],
      "/x-nexus-waiver/0/where is not known",
    ],
    ["that are no list", { rule: "nexus-schema-undecided", reason }, "/x-nexus-waiver must be a list"],
  ])("%s are refused", (_, waiver, message) => {
    expect(() => checkCompatibility(before, waived(waiver), "BACKWARD")).toThrow(
      expect.objectContaining({ code: "NEXUS_SCHEMA_INVALID", message: expect.stringContaining(message) }),
    );
  });
});

describe("what is no schema", () => {
  it.each<[string, unknown, string]>([
    ["a text", "string", "the schema must be an object or a boolean"],
    ["an unknown type", { properties: { a: { type: "text" } } }, "/properties/a/type must be one of"],
    ["a limit that is no number", { minLength: "1" }, "/minLength must be a whole number from 0"],
    ["a property that is no schema", { properties: { a: "string" } }, "/properties/a must be a schema"],
    ["a broken pattern", { pattern: "(" }, "/pattern must be a regular expression"],
    [
      "a broken pattern of names",
      { patternProperties: { "[": {} } },
      "/patternProperties has a key that is no regular",
    ],
    ["required as a flag", { required: true }, "/required must be a list of texts"],
    ["a multiple of nothing", { multipleOf: 0 }, "/multipleOf must be greater than 0"],
    ["no alternatives", { anyOf: [] }, "/anyOf must be a list of at least one schema"],
    [
      "deep within a definition",
      { $defs: { a: { items: { minimum: null } } } },
      "/$defs/a/items/minimum must be a number",
    ],
  ])("is refused with its place: %s", (_, schema, message) => {
    const failure = expect.objectContaining({
      code: "NEXUS_SCHEMA_INVALID",
      message: expect.stringContaining(message),
    });
    expect(() => checkCompatibility(schema, {}, "BACKWARD")).toThrow(failure);
    expect(() => checkCompatibility({}, schema, "BACKWARD")).toThrow(failure);
  });
});
