import { expect, test } from "vitest";
import { usedFormats } from "../../../cli/generate/used-formats.ts";

const FORMATS = 'require("ajv-formats/dist/formats").fullFormats';

/** The formats that a piece of Ajv's code would look up. */
const evaluate = (code: string): Record<string, { validate(value: string): boolean } | RegExp> =>
  new Function("require", `${usedFormats(code)}; return found;`)(() => {
    throw new Error("nothing is left to require");
  });

test("the formats that are used come along, whatever they are made of", () => {
  const found = evaluate(`const found = { at: ${FORMATS}["date-time"], day: ${FORMATS}.date, id: ${FORMATS}.uuid };`);
  expect(found["at"]).toHaveProperty("validate");
  const { at, day, id } = found as Record<"at" | "day", { validate(value: string): boolean }> & { id: RegExp };
  expect([at.validate("2030-02-28T23:59:59Z"), at.validate("2030-02-29T00:00:00Z")]).toEqual([true, false]);
  expect([day.validate("2032-02-29"), day.validate("2030-13-01")]).toEqual([true, false]);
  expect([id.test("123e4567-e89b-12d3-a456-426614174000"), id.test("x")]).toEqual([true, false]);
});

test("those that are not used stay behind", () => {
  const code = usedFormats(`const found = ${FORMATS}.email;`);
  expect(code).toContain("email:");
  expect(code).not.toContain("ipv6");
});

test("code without formats is left as it is", () => {
  expect(usedFormats("const found = 1;")).toBe("const found = 1;");
});

test("a format that ajv-formats does not have is named", () => {
  expect(() => usedFormats(`const found = ${FORMATS}["shoe-size"];`)).toThrow("shoe-size");
});
