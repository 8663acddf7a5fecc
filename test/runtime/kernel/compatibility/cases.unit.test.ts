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
  it.each(cases.map((testCase) => ({ name: testCase[0], testCase })))("$name", ({ testCase }) => {
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

describe("each rule", () => {
  // The first is asked for below; the second is about a file that is gone, which is up to the command line.
  const elsewhere = ["nexus-schema-annotation-changed", "nexus-schema-version-removed"];
  const rules = Object.keys(COMPATIBILITY_RULES).filter((rule) => !elsewhere.includes(rule)) as CompatibilityRuleId[];

  it.each(rules)("%s, switched off, fails a case", (rule) => {
    const short = rule.replace("nexus-schema-", "");
    const held = ALL.filter(([, , , , , ...findings]) => findings.some((finding) => finding.startsWith(`${short} `)));
    const changed = held.filter((testCase) => {
      const { verdict, findings } = outcome(testCase, new Set([rule]));
      return verdict !== testCase[4] || findings.join() !== testCase.slice(5).toSorted().join();
    });
    expect(changed.length).toBeGreaterThan(0);
    // With its only finding gone, a break would pass for compatible.
    expect(held.some((testCase) => outcome(testCase, new Set([rule])).verdict === "compatible")).toBe(true);
  });

  it("has a sentence of meaning and one of remedy, and an id of the common form", () => {
    for (const [id, { meaning, remedy }] of Object.entries(COMPATIBILITY_RULES)) {
      expect(id).toMatch(/^nexus-schema-[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("differences that break nothing", () => {
  const changes = (before: unknown, after: unknown) => checkCompatibility(before, after, "BACKWARD").changes;

  it("are listed, with the rule for the other direction", () => {
    expect(changes({ type: "integer" }, { type: "number" })).toEqual([
      expect.objectContaining({ rule: "nexus-schema-type-widened", path: "/type", breaking: false }),
    ]);
  });

  it("are listed where only notes changed, at any depth", () => {
    const before = { title: "a", properties: { title: { type: "string", description: "x" } }, type: "object" };
    const after = { title: "b", properties: { title: { type: "string", description: "y" } }, type: "object" };
    expect(changes(before, after).map(({ rule, path, breaking }) => [rule, path, breaking])).toEqual([
      ["nexus-schema-annotation-changed", "/title", false],
      ["nexus-schema-annotation-changed", "/properties/title/description", false],
    ]);
    expect(checkWithout(before, after, "FULL", new Set(["nexus-schema-annotation-changed"])).changes).toEqual([]);
  });

  it("are none between equal schemas", () => {
    for (const [, schema] of ALL)
      expect(checkCompatibility(schema, structuredClone(schema), "FULL").changes).toEqual([]);
  });
});
