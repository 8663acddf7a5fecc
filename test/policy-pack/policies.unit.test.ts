import { describe, expect, test } from "vitest";
import { policies } from "../../policy-pack/policies.ts";
import { build, type Specs } from "./fixtures/fixture.ts";
import { fixtures } from "./fixtures/index.ts";
import { evaluate } from "./support/evaluate.ts";

const changed = (compliant: Specs, change: Specs) => build({ ...compliant, ...change });

/** What the pack without one policy says, one finding a line. */
const without = (name: string, resources: ReturnType<typeof build>): string[] =>
  evaluate(
    policies.filter((policy) => policy.name !== name),
    resources,
  ).map(({ policy, name: subject, message }) => `${policy} ${subject}: ${message}`);

describe.each([...fixtures])("$policy.name", ({ policy, compliant, broken, alsoCompliant = [] }) => {
  test("accepts what is in order", () => {
    expect(evaluate([policy], build(compliant))).toEqual([]);
  });

  test.each(alsoCompliant.map((entry) => [...entry] as const))("accepts %s", (_, change) => {
    expect(evaluate([policy], changed(compliant, change))).toEqual([]);
  });

  test.each(broken.map((entry) => [...entry] as const))("refuses %s", (_, change, says) => {
    const messages = evaluate([policy], changed(compliant, change)).map(({ message }) => message);
    expect(messages.join("\n")).toContain(says);
    expect(messages).toHaveLength(1);
  });

  test("has nothing to say of a resource it is not about", () => {
    const record = build({ record: { type: "aws:route53/record:Record" } });
    expect(evaluate([policy], record)).toEqual([]);
  });
});

describe.each(policies.map(({ name }) => name))("%s", (name) => {
  const own = fixtures.filter(({ policy }) => policy.name === name);

  test("has fixtures, and switched off lets one of them pass unnoticed", () => {
    const unnoticed = own.flatMap(({ compliant, broken }) => {
      const before = without(name, build(compliant));
      return broken.filter(([, change]) =>
        without(name, changed(compliant, change)).every((found) => before.includes(found)),
      );
    });
    expect(unnoticed).not.toEqual([]);
  });
});
