import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { violationsOf } from "./evaluate.ts";

export type Props = Record<string, unknown>;

export interface PolicyCase {
  readonly policy: ResourceValidationPolicy;
  readonly type: string;
  readonly compliant: Props;
  /** Ways to break it: what is changed (`undefined` takes it away), and what the message must say. */
  readonly broken: readonly (readonly [string, Props, string])[];
  /** Other inputs that are in order. */
  readonly alsoCompliant?: readonly (readonly [string, Props])[];
}

/** One test for what is in order, and one for each way to break it. */
export const describePolicies = (cases: readonly PolicyCase[]): void =>
  describe.each([...cases])("$policy.name on $type", ({ policy, type, compliant, broken, alsoCompliant = [] }) => {
    test("accepts what is in order", () => {
      expect(violationsOf(policy, type, compliant)).toEqual([]);
    });

    test.each(broken.map((entry) => [...entry] as const))("refuses %s", (_, change, message) => {
      const violations = violationsOf(policy, type, { ...compliant, ...change });
      expect(violations.join("\n")).toContain(message);
      expect(violations).toHaveLength(1);
    });

    test.each(alsoCompliant.map((entry) => [...entry] as const))("accepts %s", (_, change) => {
      expect(violationsOf(policy, type, { ...compliant, ...change })).toEqual([]);
    });

    test("has nothing to say of another type", () => {
      expect(violationsOf(policy, "aws:s3/bucket:Bucket", {})).toEqual([]);
    });
  });
