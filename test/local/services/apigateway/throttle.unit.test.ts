import { expect, it } from "vitest";
import { Throttle } from "../../../../local/services/apigateway/throttle.ts";

const stage = (name: string) => ({ apiId: "a", name, throttling: { rateLimit: 2, burstLimit: 3 } });

it("lets a burst through, then as many a second as the rate says, a stage by itself", () => {
  let now = 0;
  const throttle = new Throttle(() => now);
  const take = (name: string, times: number) => Array.from({ length: times }, () => throttle.take(stage(name)));

  expect(take("one", 4)).toEqual([true, true, true, false]);
  expect(take("two", 1)).toEqual([true]);
  now = 500;
  expect(take("one", 2)).toEqual([true, false]);
  now = 60_000;
  expect(take("one", 4)).toEqual([true, true, true, false]);
});

it("has no limit for a stage without one", () => {
  const throttle = new Throttle(() => 0);
  expect(throttle.take({ apiId: "a", name: "s" })).toBe(true);
});
