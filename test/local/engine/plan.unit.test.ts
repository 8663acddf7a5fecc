import { describe, expect, it } from "vitest";
import { decide, withIgnored } from "../../../local/engine/plan.ts";
import type { Registration } from "../../../local/engine/registration.ts";
import type { SavedState } from "../../../local/engine/state.ts";
import { UNKNOWN } from "../../../local/engine/values.ts";
import { registrationOf, savedStateOf } from "../../support/engine-fixtures.ts";

const driver = { replaceOnChangeOf: ["name"], update: () => {} };
const inputs = { name: "orders", size: 1 };
const saved = savedStateOf({ inputs });

const actionFor = (
  now: Record<string, unknown>,
  {
    options = {},
    was = saved,
    by = driver,
  }: { options?: Partial<Registration["options"]>; was?: SavedState; by?: object } = {},
) => decide(registrationOf({ inputs: now, options }), now, was, by);

describe("what a run does with a resource", () => {
  it.each([
    ["create", "that does not exist", decide(registrationOf({ inputs }), inputs, undefined, driver)],
    ["same", "whose inputs did not change", actionFor({ size: 1, name: "orders" })],
    ["update", "whose inputs changed", actionFor({ name: "orders", size: 2 })],
    ["update", "that lost an input", actionFor({ name: "orders" })],
    ["replace", "of which an input changed that is fixed at creation", actionFor({ name: "other", size: 1 })],
    ["replace", "whose driver cannot change it", actionFor({ name: "orders", size: 2 }, { by: {} })],
    [
      "replace",
      "that the program wants replaced on that change",
      actionFor({ name: "orders", size: 2 }, { options: { replaceOnChanges: ["size"] } }),
    ],
    [
      "same",
      "of which only an ignored input changed",
      actionFor({ name: "orders", size: 2 }, { options: { ignoreChanges: ["size"] } }),
    ],
    ["update", "of which a fixed input is not known yet", actionFor({ name: UNKNOWN, size: 1 })],
  ])("is to %s one %s", (action, _what, step) => {
    expect(step.action).toBe(action);
  });

  it("names the inputs that changed", () => {
    expect(actionFor({ name: "orders", size: 2, colour: "red" }).changed).toEqual(["colour", "size"]);
  });

  it("keeps the saved value of an ignored input", () => {
    const registration = registrationOf({ inputs: { name: "orders", size: 9 }, options: { ignoreChanges: ["size"] } });
    expect(withIgnored(registration, registration.inputs, saved)).toEqual({ name: "orders", size: 1 });
  });
});
