import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { InputError } from "../../../local/engine/project.ts";
import { UNKNOWN } from "../../../local/engine/values.ts";
import {
  describeViolation,
  openPolicyGate,
  type PolicyGate,
  PolicyViolationError,
} from "../../../local/policy/gate.ts";
import { registrationOf } from "../../support/engine-fixtures.ts";

const packAt = (name: string) => join(import.meta.dirname, "fixtures", name);

let gate: PolicyGate | undefined;
const openGate = (pack: string): PolicyGate => {
  gate = openPolicyGate(packAt(pack));
  return gate;
};
afterEach(async () => {
  await gate?.close();
});

const component = registrationOf({ name: "orders", type: "test:index:Pair", custom: false });
const queue = (name: string, inputs: Record<string, unknown>) =>
  registrationOf({ name, inputs, parent: component.urn });

describe("the policy gate", () => {
  it("evaluates a pack as it is over a previewed graph, with the defaults of its configuration", async () => {
    const longLived = queue("long-lived", { messageRetentionSeconds: 61, redrivePolicy: "some" });
    const fine = queue("fine", { messageRetentionSeconds: 60, redrivePolicy: "some" });
    const report = await openGate("pack").evaluate([component, longLived, fine]);
    expect(report).toMatchObject({ packName: "fixture", policyCount: 3 });
    expect(report.violations).toEqual([
      {
        policy: "queue-retention",
        level: "mandatory",
        message: "Queues keep messages no longer than allowed.\nmore than 60 s",
        urn: longLived.urn,
      },
      {
        policy: "stack-size",
        level: "advisory",
        message: "A stack has few queues.\n2 queues below orders",
        urn: longLived.urn,
      },
    ]);
  });

  it("does not decide from a value that is unknown in a preview, and says so", async () => {
    const { violations } = await openGate("pack").evaluate([queue("later", { redrivePolicy: UNKNOWN })]);
    expect(violations).toMatchObject([{ policy: "queue-redrive", level: "advisory" }]);
    expect(violations[0]?.message).toMatch(/can't be known during preview/);
  });

  it("tells a violation in one line that names policy and resource", () => {
    const violation = { policy: "p", level: "mandatory", message: "first\nsecond", urn: queue("q", {}).urn } as const;
    expect(describeViolation(violation)).toBe('p: aws:sqs/queue:Queue "q": first second');
    expect(new PolicyViolationError("pack", [violation]).message).toBe(
      'policy pack pack: 1 rule is broken, so nothing was started\n  p: aws:sqs/queue:Queue "q": first second',
    );
  });

  it("refuses a folder that holds no policy pack", async () => {
    expect(() => openGate("absent")).toThrow(InputError);
    await expect(openGate("empty-pack").evaluate([])).rejects.toThrow(/empty-pack: index\.mjs makes no PolicyPack/);
  });
});
