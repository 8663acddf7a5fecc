import { describe, expect, it } from "vitest";
import {
  COMPATIBILITY_RULES,
  type CompatibilityRuleId,
  checkCompatibility,
  checkWithout,
} from "../../../../runtime/kernel/compatibility/check-compatibility.ts";
import { type Case, MODES } from "./cases/case.ts";
import { COMBINATIONS } from "./cases/combinations.ts";
import { LISTS } from "./cases/lists.ts";
import { OBJECTS } from "./cases/objects.ts";
import { TEXTS } from "./cases/texts.ts";
import { VALUES } from "./cases/values.ts";

const GROUPS = { values: VALUES, texts: TEXTS, objects: OBJECTS, lists: LISTS, combinations: COMBINATIONS };
const ALL = Object.values(GROUPS).flat();

const outcome = ([, before, after, mode]: Case, disabled = new Set<CompatibilityRuleId>()) => {
  const { verdict, changes } = checkWithout(before, after, MODES[mode], disabled);
  const breaking = changes.filter((change) => change.breaking);
  return { verdict, findings: breaking.map(({ rule, path }) => `${rule.replace("nexus-schema-", "")} ${path}`).sort() };
};

describe.each(Object.entries(GROUPS))("%s", (_, cases) => {
  it.each(cases)("%s", (...testCase) => {
    const [, , , , verdict, ...findings] = testCase;
    expect(outcome(testCase)).toEqual({ verdict, findings: findings.toSorted() });
  });
});

describe("the table of cases", () => {
  it("has at least 150 cases, none twice", () => {
    expect(ALL.length).toBeGreaterThanOrEqual(150);
    expect(new Set(ALL.map(([name, , , mode]) => `${name} ${mode}`)).size).toBe(ALL.length);
  });
});
