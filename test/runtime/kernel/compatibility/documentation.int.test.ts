import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMPATIBILITY_RULES } from "../../../../runtime/kernel/compatibility/check-compatibility.ts";

it("docs/schemas.md lists every rule with its meaning and remedy, and no other", () => {
  const page = readFileSync(new URL("../../../../docs/schemas.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `nexus-schema-"));
  const rules = Object.entries(COMPATIBILITY_RULES);
  expect(rows).toEqual(rules.map(([id, { meaning, remedy }]) => `| \`${id}\` | ${meaning} | ${remedy} |`));
});
