import { describe, expect, it } from "vitest";
import { lineOf, parseJson } from "../../../cli/schema/json-text.ts";

describe("parseJson", () => {
  it.each([
    ['{"a":1,}', 'a.json:1:8: is not JSON: unexpected "}"'],
    ['{\n  "a": [1 2]\n}', 'a.json:2:11: is not JSON: unexpected "2"'],
    ["{a: 1}", 'a.json:1:2: is not JSON: unexpected "a"'],
    ['{"a" 1}', 'a.json:1:6: is not JSON: unexpected "1"'],
    ["[1,]", 'a.json:1:4: is not JSON: unexpected "]"'],
    ["{}\n\n{}", 'a.json:3:1: is not JSON: unexpected "{"'],
    ['{"a":"x\\q"}', 'a.json:1:6: is not JSON: unexpected "\\""'],
    ["01", 'a.json:1:2: is not JSON: unexpected "1"'],
    ['{\n  "a": 1', "a.json:2:9: is not JSON: it ends too early"],
    ["", "a.json:1:1: is not JSON: it ends too early"],
  ])("says where %j is not JSON", (text, message) => {
    expect(() => parseJson("a.json", text)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it("gives the value of what is", () => {
    expect(parseJson("a.json", ' {"a": [1, "\\u0041", true]} ')).toEqual({ a: [1, "A", true] });
  });
});

describe("lineOf", () => {
  const text = `{
  "type": "object",
  "properties": {
    "a/b": { "type": "string" },
    "list": {
      "prefixItems": [
        true,
        { "const": "},{" }
      ]
    }
  }
}`;

  it.each([
    ["", 1],
    ["/type", 2],
    ["/properties", 3],
    ["/properties/a~1b", 4],
    ["/properties/a~1b/type", 4],
    ["/properties/list/prefixItems/0", 7],
    ["/properties/list/prefixItems/1/const", 8],
    ["/properties/list/prefixItems/1/maxLength", 8],
    ["/properties/gone/type", 3],
    ["/required", 1],
  ])("finds %s, or the nearest above it, on line %i", (pointer, line) => {
    expect(lineOf(text, pointer)).toBe(line);
  });
});
