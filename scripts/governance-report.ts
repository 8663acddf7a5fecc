// node scripts/governance-report.ts DIR: makes of what the checks of a pull request found in DIR one report, report.md
// there, and annotations on standard output. Exits with 1 when something must not be merged, or a check did not run.
//   schemas.json            nexus schema check --json
//   preview-<stack>.json    nexus preview --stack <stack> --json
//   graph.json, graph.mmd   nexus graph --format json, and mermaid
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Row {
  readonly check: string;
  readonly passed: boolean;
  readonly found: string;
}

interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  readonly urn: string;
}

export interface Report {
  readonly markdown: string;
  readonly annotations: readonly string[];
  readonly passed: boolean;
}

/** A file's JSON; nothing when it is not there or was not written to its end. */
const read = <T>(file: string): T | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
};

const missing = (check: string): Row => ({ check, passed: false, found: "did not run; see the log" });

const schemaRow = (folder: string): Row => {
  const result = read<{ verdict: string; changes: { breaking: boolean }[] }>(join(folder, "schemas.json"));
  if (result === undefined) return missing("schemas");
  const breaking = result.changes.filter((change) => change.breaking).length;
  return {
    check: "schemas",
    passed: result.verdict === "compatible",
    found: `${result.verdict}: ${result.changes.length} changes, ${breaking} of them breaking`,
  };
};

const violationsOf = (folder: string, stack: string): readonly Violation[] | undefined =>
  read<{ violations: Violation[] }>(join(folder, `preview-${stack}.json`))?.violations;

const policyRow = (folder: string, stack: string): Row => {
  const violations = violationsOf(folder, stack);
  if (violations === undefined) return missing(`policies, stack ${stack}`);
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  return {
    check: `policies, stack ${stack}`,
    passed: mandatory === 0,
    found: `${mandatory} violations, ${violations.length - mandatory} notes`,
  };
};

const graphRow = (folder: string): Row => {
  const graph = read<{ edges: { forbidden?: string }[] }>(join(folder, "graph.json"));
  if (graph === undefined) return missing("dependency graph");
  const forbidden = graph.edges.filter((edge) => edge.forbidden !== undefined).length;
  return {
    check: "dependency graph",
    passed: forbidden === 0,
    found: `${graph.edges.length} edges, ${forbidden} forbidden`,
  };
};

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const annotation = (stack: string, { policy, level, message, urn }: Violation): string => {
  const text = `${stack}: ${nameOf(urn)}: ${message}`
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
  return `::${level === "mandatory" ? "error" : "warning"} title=${policy}::${text}`;
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");

export const makeReport = (folder: string, stacks: readonly string[]): Report => {
  const rows = [schemaRow(folder), ...stacks.map((stack) => policyRow(folder, stack)), graphRow(folder)];
  const found = stacks.flatMap((stack) => (violationsOf(folder, stack) ?? []).map((one) => [stack, one] as const));
  const picture = existsSync(join(folder, "graph.mmd")) ? readFileSync(join(folder, "graph.mmd"), "utf8") : "";
  const parts = [
    "## Governance",
    [
      "| Check | | Found |",
      "| --- | --- | --- |",
      ...rows.map(({ check, passed, found: text }) => `| ${check} | ${passed ? "passed" : "**failed**"} | ${text} |`),
    ].join("\n"),
    found.length === 0
      ? ""
      : [
          "| Stack | Policy | Resource | |",
          "| --- | --- | --- | --- |",
          ...found.map(
            ([stack, { policy, level, message, urn }]) =>
              `| ${stack} | ${policy} (${level}) | ${cell(nameOf(urn))} | ${cell(message)} |`,
          ),
        ].join("\n"),
    picture === ""
      ? ""
      : `<details><summary>Who depends on whom</summary>\n\n\`\`\`mermaid\n${picture}\`\`\`\n\n</details>`,
  ];
  return {
    markdown: `${parts.filter((part) => part !== "").join("\n\n")}\n`,
    annotations: found.map(([stack, violation]) => annotation(stack, violation)),
    passed: rows.every(({ passed }) => passed),
  };
};

/** The stacks of the project: each has a Pulumi.<stack>.yaml. */
export const stacksOf = (project: string): readonly string[] =>
  readdirSync(project)
    .flatMap((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("usage: governance-report.ts DIR");
  const { markdown, annotations, passed } = makeReport(folder, stacksOf(process.cwd()));
  writeFileSync(join(folder, "report.md"), markdown);
  for (const line of annotations) process.stdout.write(`${line}\n`);
  process.exitCode = passed ? 0 : 1;
}
