import { describe, expect, it } from "vitest";
import { anyPattern, compilePattern } from "../../../../../local/services/lambda/event-sources/filter-pattern.ts";

const EVENT = {
  eventName: "INSERT",
  amount: 12.5,
  zero: 0,
  flag: true,
  nothing: null,
  empty: "",
  tags: ["red", "green"],
  none: [],
  order: {
    country: "GB",
    lines: [
      { sku: "A", n: 1 },
      { sku: "B", n: 2 },
    ],
    deep: { id: "x-1" },
  },
};

describe("a filter pattern", () => {
  it.each<[string, unknown, boolean]>([
    ["equal text", { eventName: ["INSERT"] }, true],
    ["another text", { eventName: ["MODIFY"] }, false],
    ["one of several", { eventName: ["MODIFY", "INSERT"] }, true],
    ["case matters", { eventName: ["insert"] }, false],
    ["equal number", { amount: [12.5] }, true],
    ["a number is no text", { amount: ["12.5"] }, false],
    ["a boolean", { flag: [true] }, true],
    ["null", { nothing: [null] }, true],
    ["null is not absent", { absent: [null] }, false],
    ["empty text", { empty: [""] }, true],
    ["every field must match", { eventName: ["INSERT"], amount: [1] }, false],
    ["a nested field", { order: { country: ["GB"] } }, true],
    ["a deeply nested field", { order: { deep: { id: ["x-1"] } } }, true],
    ["a nested field below a text", { eventName: { x: ["y"] } }, false],
    ["an element of an array", { tags: ["green"] }, true],
    ["no element of an array", { tags: ["blue"] }, false],
    ["nothing in an empty array", { none: ["x"] }, false],
    ["a field of an array's objects", { order: { lines: { sku: ["B"] } } }, true],
    ["fields of one and the same object of an array", { order: { lines: { sku: ["A"], n: [2] } } }, false],
    ["prefix", { eventName: [{ prefix: "INS" }] }, true],
    ["another prefix", { eventName: [{ prefix: "REM" }] }, false],
    ["prefix of a number", { amount: [{ prefix: "1" }] }, false],
    ["suffix", { eventName: [{ suffix: "ERT" }] }, true],
    ["another suffix", { eventName: [{ suffix: "INS" }] }, false],
    ["equals-ignore-case", { eventName: [{ "equals-ignore-case": "insert" }] }, true],
    ["anything-but a text", { eventName: [{ "anything-but": "REMOVE" }] }, true],
    ["anything-but the text itself", { eventName: [{ "anything-but": ["INSERT", "REMOVE"] }] }, false],
    ["anything-but a number", { amount: [{ "anything-but": [1, 2] }] }, true],
    ["anything-but a prefix", { eventName: [{ "anything-but": { prefix: "INS" } }] }, false],
    ["anything-but a suffix", { eventName: [{ "anything-but": { suffix: "X" } }] }, true],
    ["anything-but of an absent field", { absent: [{ "anything-but": "x" }] }, false],
    ["numeric equality", { amount: [{ numeric: ["=", 12.5] }] }, true],
    ["numeric range", { amount: [{ numeric: [">", 10, "<=", 12.5] }] }, true],
    ["numeric range missed", { amount: [{ numeric: [">", 10, "<", 12.5] }] }, false],
    ["numeric of zero", { zero: [{ numeric: ["<=", 0] }] }, true],
    ["numeric of a text", { eventName: [{ numeric: [">=", 0] }] }, false],
    ["exists", { eventName: [{ exists: true }] }, true],
    ["exists of null", { nothing: [{ exists: true }] }, true],
    ["exists of an array", { tags: [{ exists: true }] }, true],
    ["exists of an object: only leaves exist", { order: [{ exists: true }] }, false],
    ["exists of an absent field", { absent: [{ exists: true }] }, false],
    ["does not exist", { absent: [{ exists: false }] }, true],
    ["does not exist, but does", { eventName: [{ exists: false }] }, false],
    ["does not exist below an absent parent", { absent: { child: [{ exists: false }] } }, true],
    ["$or, the second", { $or: [{ eventName: ["X"] }, { amount: [{ numeric: [">", 1] }] }] }, true],
    ["$or, none", { $or: [{ eventName: ["X"] }, { amount: [1] }] }, false],
    ["$or with a field beside", { eventName: ["INSERT"], $or: [{ zero: [0] }, { zero: [1] }] }, true],
    ["$or below a field", { order: { $or: [{ country: ["FR"] }, { country: ["GB"] }] } }, true],
    ["a name of every object's prototype", { constructor: [{ exists: true }] }, false],
    ["the empty pattern", {}, true],
  ])("%s", (_case, pattern, matches) => {
    expect(compilePattern(JSON.stringify(pattern))(EVENT)).toBe(matches);
  });

  it.each<[string, string, string]>([
    ["no JSON", "{", "at $: not JSON"],
    ["a text", '"x"', "at $: expected an object of fields"],
    ["a bare value", '{"a":"x"}', "at $.a: a value must stand in a list"],
    ["an empty list", '{"a":{"b":[]}}', "at $.a.b: an empty list matches nothing"],
    [
      "an operator that is not Lambda's",
      '{"a":["x",{"wildcard":"*"}]}',
      "at $.a.1: expected one of prefix, suffix, equals-ignore-case, numeric, exists, anything-but, got wildcard",
    ],
    ["an inherited name", '{"a":[{"constructor":1}]}', "at $.a.0: expected one of"],
    ["two operators in one", '{"a":[{"prefix":"x","suffix":"y"}]}', "got prefix, suffix"],
    ["a prefix that is no text", '{"a":[{"prefix":1}]}', "at $.a.0: the operand must be a string"],
    ["half a range", '{"a":[{"numeric":[">",1,"<"]}]}', "at $.a.0: numeric takes one or two comparisons"],
    ["an unknown comparison", '{"a":[{"numeric":["!=",1]}]}', "at $.a.0: numeric knows = < <= > >=, not !="],
    ["exists of a text", '{"a":[{"exists":"yes"}]}', "at $.a.0: exists takes true or false"],
    ["one alternative", '{"$or":[{"a":[1]}]}', "at $.$or: expected a list of at least two patterns"],
  ])("is refused for %s, saying where", (_case, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(
      `Invalid filter pattern definition ${message.startsWith("at") ? message : ""}`,
    );
    expect(() => compilePattern(pattern)).toThrow(message);
  });

  it("of several filters one is enough, and without filters everything passes", () => {
    const matches = anyPattern(['{"a":[1]}', '{"b":[{"exists":true}]}']);
    expect([{ a: 1 }, { b: 0 }, { c: 1 }].map(matches)).toEqual([true, true, false]);
    expect(anyPattern([])({})).toBe(true);
  });
});
