import { expect, it } from "vitest";
import { deepFreeze } from "../../../runtime/kernel/deep-freeze.ts";

it("freezes plain data all the way down, and gives back the same", () => {
  const value = { lines: [{ sku: "a", tags: ["x"] }], none: null, count: 1 };
  expect(deepFreeze(value)).toBe(value);
  expect(() => value.lines[0]?.tags.push("y")).toThrow(TypeError);
  expect(() => value.lines.push({ sku: "b", tags: [] })).toThrow(TypeError);
  expect(() => Object.assign(value, { count: 2 })).toThrow(TypeError);
});

it("does not walk what a state shares with the one before it", () => {
  let reads = 0;
  const shared = {
    get tag() {
      return ++reads;
    },
  };
  const before = deepFreeze({ lines: [shared] });
  deepFreeze({ ...before, status: "new" });
  expect(reads).toBe(1);
});

it.each([["text"], [5], [null], [undefined], [new Uint8Array(3)]])("takes %s as it is", (value) => {
  expect(deepFreeze(value)).toBe(value);
});
