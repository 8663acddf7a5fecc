import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { projectionPace } from "../../../examples/retail/projection-pace.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (version: number, projection = "order-list") => ({ projection, aggregateId: "order-1", version });

/** Whether it has settled once everything that was due has happened. */
const settled = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
};

it("waits until order-list has the version", async () => {
  const pace = projectionPace();
  const seen = pace.seen(at(2));
  pace.note(at(1));
  pace.note(at(2, "order-search"));
  pace.note({ ...at(2), aggregateId: "order-2" });
  expect(await settled(seen)).toBe(false);
  pace.note(at(2));
  expect(await settled(seen)).toBe(true);
});

it("does not wait for what was seen before the command was answered", async () => {
  const pace = projectionPace();
  pace.note(at(3));
  expect(await settled(pace.seen(at(2)))).toBe(true);
});

it("lets every waiter of an aggregate go on with its own version", async () => {
  const pace = projectionPace();
  const [first, second] = [pace.seen(at(1)), pace.seen(at(2))];
  pace.note(at(1));
  expect(await settled(first)).toBe(true);
  expect(await settled(second)).toBe(false);
  pace.note(at(2));
  expect(await settled(second)).toBe(true);
});

it("loses patience with a notification that does not come", async () => {
  const pace = projectionPace(500);
  const seen = pace.seen(at(1));
  await vi.advanceTimersByTimeAsync(499);
  expect(await settled(seen)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled(seen)).toBe(true);
});
