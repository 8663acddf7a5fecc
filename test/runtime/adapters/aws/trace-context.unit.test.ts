import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createNamespace, destroyNamespace, getNamespace } from "../../../../runtime/adapters/aws/trace-context.ts";

test("a namespace is found by its name until it is destroyed", () => {
  const namespace = createNamespace("found");
  expect(getNamespace("found")).toBe(namespace);
  destroyNamespace("found");
  expect(getNamespace("found")).toBeUndefined();
});

test("what is set in a run stays within it, across awaits, beside others at the same time", async () => {
  const namespace = createNamespace("beside");
  const work = (name: string) =>
    namespace.runAndReturn(async () => {
      namespace.set("segment", name);
      await nextTurn();
      return namespace.get("segment");
    });
  expect(await Promise.all([work("one"), work("two")])).toEqual(["one", "two"]);
  expect(namespace.get("segment")).toBeUndefined();
});

test("an inner run sees the outer value and leaves it as it was", () => {
  const namespace = createNamespace("nested");
  namespace.run(() => {
    namespace.set("segment", "outer");
    namespace.run(() => {
      expect(namespace.get("segment")).toBe("outer");
      namespace.set("segment", "inner");
    });
    expect(namespace.get("segment")).toBe("outer");
  });
});

test("a context that was entered holds outside of any run", async () => {
  const namespace = createNamespace("entered");
  namespace.enter(namespace.createContext());
  namespace.set("segment", "facade");
  await nextTurn();
  expect(namespace.get("segment")).toBe("facade");
});

test("a bound function sees the context it was bound in", () => {
  const namespace = createNamespace("bound");
  let bound = (_suffix: string): unknown => undefined;
  namespace.run(() => {
    namespace.set("segment", "then");
    bound = namespace.bind((suffix: string) => `${namespace.get("segment")}${suffix}`);
  });
  expect(bound("!")).toBe("then!");
});

test("a value set outside of any context is an error, not lost", () => {
  expect(() => createNamespace("outside").set("segment", "x")).toThrow("there is no trace context");
});
