import { describe, expect, test } from "vitest";
import type { NexusPolicy } from "../../policy-pack/define.ts";
import { policies } from "../../policy-pack/policies.ts";
import { build, type Specs } from "./fixtures/fixture.ts";
import { fixtures } from "./fixtures/index.ts";
import { evaluate } from "./support/evaluate.ts";

const fixturesOf = (name: string) => fixtures.filter(({ policy }) => policy.name === name);
const settingOf = ({ configSchema }: NexusPolicy): string[] => Object.keys(configSchema?.properties ?? {});

const found = (name: string, change: Specs, config: object): number => {
  const [{ policy, compliant } = { policy: undefined, compliant: {} }] = fixturesOf(name);
  return policy === undefined ? Number.NaN : evaluate([policy], build({ ...compliant, ...change }), config).length;
};

const production = policies.filter((policy) => settingOf(policy).includes("stacks"));

test("the rules for production are those on keys, TLS and the VPC", () => {
  expect(production.map(({ name }) => name).sort()).toEqual([
    "nexus-kms-key-encrypt-production",
    "nexus-opensearch-domain-require-vpc",
    "nexus-sns-topic-require-tls",
    "nexus-sqs-queue-require-tls",
  ]);
});

describe.each(production.map(({ name }) => name))("%s", (name) => {
  test.each(fixturesOf(name).map((fixture) => [Object.values(fixture.compliant)[0]?.type, fixture] as const))(
    "on %s is about the stacks of its setting alone",
    (_, { policy, compliant, broken }) => {
      const resources = build({ ...compliant, ...broken[0]?.[1] });
      expect(evaluate([policy], resources, { stacks: ["prod"] })).not.toEqual([]);
      expect(evaluate([policy], resources, { stacks: ["live"] })).toEqual([]);
    },
  );
});

describe("a setting changes what is refused", () => {
  const [[, rate] = ["", {}]] = fixturesOf("nexus-lambda-function-limit-temporal").flatMap(({ broken }) =>
    broken.filter(([title]) => title === "a limit that is too high"),
  );
  const [[, importer] = ["", {}]] = fixturesOf("nexus-iam-role-limit-writers").flatMap(({ broken }) => broken);

  test.each<[string, Specs, object]>([
    ["nexus-lambda-function-limit-temporal", rate, { maximumPerMinute: 11 }],
    ["nexus-iam-role-limit-writers", importer, { writers: ["importer"] }],
  ])("%s", (name, change, config) => {
    expect(found(name, change, {})).toBe(1);
    expect(found(name, change, config)).toBe(0);
  });

  test("nexus-glue-schema-register-events", () => {
    expect(found("nexus-glue-schema-register-events", {}, { modes: ["FULL"] })).toBe(2);
  });

  test("nexus-aws-resource-name-owner", () => {
    expect(found("nexus-aws-resource-name-owner", {}, { tags: ["CostCentre"] })).toBe(1);
  });
});
