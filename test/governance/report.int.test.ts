import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeReport, stacksOf } from "../../scripts/governance-report.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown): void =>
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

const writeAll = (violations: readonly object[] = []): void => {
  write("schemas.json", { verdict: "compatible", changes: [{ breaking: false }] });
  write("preview-dev.json", { steps: [], violations });
  write("preview-prod.json", { steps: [], violations: [] });
  write("graph.json", { nodes: [], edges: [{ from: "a", to: "b", verb: "reads" }] });
  write("graph.mmd", "flowchart LR\n");
};

const violation = {
  policy: "nexus-x",
  level: "mandatory",
  message: "A rule.\nThe queue | is open.",
  urn: "urn:pulumi:dev::shop::aws:sqs/queue:Queue::work",
};

test("the stacks are those with a config", () => {
  expect(stacksOf(join(import.meta.dirname, "..", ".."))).toEqual(["dev", "prod"]);
});

test("what is in order is told in a table, with the picture", () => {
  writeAll();
  const { markdown, annotations, passed } = makeReport(folder, ["dev", "prod"]);
  expect(passed).toBe(true);
  expect(annotations).toEqual([]);
  expect(markdown).toContain("| schemas | passed | compatible: 1 changes, 0 of them breaking |");
  expect(markdown).toContain("| policies, stack prod | passed | 0 violations, 0 notes |");
  expect(markdown).toContain("| dependency graph | passed | 1 edges, 0 forbidden |");
  expect(markdown).toContain("```mermaid\nflowchart LR\n```");
});

test("a violation fails the report and is annotated", () => {
  writeAll([violation]);
  const { markdown, annotations, passed } = makeReport(folder, ["dev", "prod"]);
  expect(passed).toBe(false);
  expect(annotations).toEqual(["::error title=nexus-x::dev: work: A rule.%0AThe queue | is open."]);
  expect(markdown).toContain("| policies, stack dev | **failed** | 1 violations, 0 notes |");
  expect(markdown).toContain("| dev | nexus-x (mandatory) | work | A rule. The queue \\| is open. |");
});

test("advice, such as a waiver, is told and fails nothing", () => {
  writeAll([{ ...violation, level: "advisory" }]);
  const { annotations, passed } = makeReport(folder, ["dev", "prod"]);
  expect(passed).toBe(true);
  expect(annotations[0]).toMatch(/^::warning title=nexus-x::/);
});

test.each<[string, () => void, string]>([
  [
    "a schema that breaks its readers",
    () => write("schemas.json", { verdict: "incompatible", changes: [{ breaking: true }] }),
    "| schemas | **failed** | incompatible: 1 changes, 1 of them breaking |",
  ],
  [
    "an undecided schema",
    () => write("schemas.json", { verdict: "undecided", changes: [] }),
    "| schemas | **failed** | undecided",
  ],
  [
    "a forbidden edge",
    () => write("graph.json", { edges: [{ forbidden: "never" }] }),
    "| dependency graph | **failed** | 1 edges, 1 forbidden |",
  ],
  [
    "a check that wrote nothing",
    () => write("preview-prod.json", ""),
    "| policies, stack prod | **failed** | did not run; see the log |",
  ],
  [
    "a check that did not run",
    () => rmSync(join(folder, "schemas.json")),
    "| schemas | **failed** | did not run; see the log |",
  ],
])("%s fails the report", (_, change, row) => {
  writeAll();
  change();
  const { markdown, passed } = makeReport(folder, ["dev", "prod"]);
  expect(passed).toBe(false);
  expect(markdown).toContain(row);
});
