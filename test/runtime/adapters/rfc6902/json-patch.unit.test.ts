import fc from "fast-check";
import { applyPatch } from "rfc6902";
import { describe, expect, it } from "vitest";
import { jsonPatch } from "../../../../runtime/adapters/rfc6902/json-patch.ts";

/** Any JSON but for keys that the library refuses to write to, whoever asks. */
const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
const item = fc.oneof(fc.nat(3), fc.record({ id: fc.nat(3), tags: fc.array(fc.nat(2), { maxLength: 2 }) }));
const longList = fc.array(item, { minLength: 20, maxLength: 60 });

const patched = (from: unknown, to: unknown): unknown => {
  // The document in a field of another, as an operation on the root has nowhere to go.
  const holder = structuredClone({ value: from });
  const operations = jsonPatch(from, to).map((operation) => ({ ...operation, path: `/value${operation.path}` }));
  expect(applyPatch(holder, operations as Parameters<typeof applyPatch>[1])).toEqual(operations.map(() => null));
  return holder.value;
};

describe("a JSON patch", () => {
  it("makes one value of the other, whatever they are", () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        expect(patched(from, to)).toEqual(to);
      }),
      { numRuns: 300 },
    );
  });

  it("makes one long list of the other", () => {
    const values = fc.tuple(longList, longList).map(([from, to]) => [{ deep: [from] }, { deep: [to] }]);
    fc.assert(
      fc.property(values, ([from, to]) => {
        expect(patched(from, to)).toEqual(to);
      }),
      { numRuns: 50 },
    );
  });

  it("is found in time where long lists lie in long lists", () => {
    const table = (first: number) =>
      Array.from({ length: 100 }, (_, row) => Array.from({ length: 100 }, (_, at) => first + row * 100 + at));
    expect(patched(table(0), table(7))).toEqual(table(7));
  });

  it("of what did not change is empty", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(jsonPatch(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  it("of a long list tells only what is new, gone or other in it", () => {
    const list = Array.from({ length: 20_000 }, (_, id) => ({ id, done: false }));
    const added = { id: -1, done: true };
    expect(jsonPatch({ list }, { list: [...list, added] })).toEqual([{ op: "add", path: "/list/20000", value: added }]);
    expect(jsonPatch({ list }, { list: list.toSpliced(7, 1) })).toEqual([{ op: "remove", path: "/list/7" }]);
    expect(jsonPatch({ list }, { list: list.with(9, { id: 9, done: true }) })).toEqual([
      { op: "replace", path: "/list/9/done", value: true },
    ]);
  });
});
