import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { policies } from "../../policy-pack/policies.ts";

const folder = fileURLToPath(new URL("../../policy-pack/policies", import.meta.url));

describe.each([...policies])("$name", (policy) => {
  test("says what it is about, how grave it is, how to mend it and where to read more", () => {
    expect(policy.name).toMatch(/^nexus-[a-z]+-[a-z]+(-[a-z]+)+$/);
    expect(policy.description).toMatch(/^[A-Z].+\.$/);
    expect(["low", "medium", "high", "critical"]).toContain(policy.severity);
    expect(policy.enforcementLevel).toBe("mandatory");
    expect(policy.remediationSteps).toMatch(/^[A-Z].+\.$/);
    expect(policy.url).toBe(`docs/policies/${policy.name}.md`);
    expect(policy.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  });

  test("names the controls of the frameworks it keeps, where there are any", () => {
    if (policy.framework !== undefined) expect(policy.framework.reference).toMatch(/^[A-Za-z]+\.\d+$/);
    for (const tag of policy.tags ?? []) expect(tag).toMatch(/^CKV2?_AWS_\d+$/);
  });
});

test("names are unique, and each file of policies/ is in the pack", () => {
  const names = policies.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files).toHaveLength(policies.length);
  expect(existsSync(`${folder}/../PulumiPolicy.yaml`)).toBe(true);
});
