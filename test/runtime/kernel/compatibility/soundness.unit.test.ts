import { expect, it } from "vitest";
import { checkSoundness } from "./soundness.ts";

it("never calls compatible what Ajv shows to be breaking, and shows every break by a value (400 pairs of schemas)", () => {
  const { refused, compatible, incompatible } = checkSoundness(400, 20_240_101);
  expect(refused).toBeGreaterThan(100);
  expect(compatible).toBeGreaterThan(50);
  expect(incompatible).toBeGreaterThan(50);
});
