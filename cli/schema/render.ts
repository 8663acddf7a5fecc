import type { SchemaChange, Verdict } from "../../runtime/kernel/compatibility/check-compatibility.ts";
import { UNDECIDED_RULES } from "../../runtime/kernel/compatibility/rules.ts";
import type { Colours } from "../output/colours.ts";
import { lineOf } from "./json-text.ts";

/** What one schema was found to be beside others. */
export interface Finding {
  /** The file, as people would call it. */
  readonly file: string;
  readonly against: string;
  readonly verdict: Verdict;
  readonly changes: readonly SchemaChange[];
  /** The text of the file; undefined when there is none any more. */
  readonly text: string | undefined;
}

/** Incompatible if one is, else undecided if one is. */
export const worst = (findings: readonly Finding[]): Verdict =>
  (["incompatible", "undecided"] as const).find((verdict) => findings.some((finding) => finding.verdict === verdict)) ??
  "compatible";

/** For people: each file with what breaks, why and what to do about it; what does not break in short. */
export const renderText = (findings: readonly Finding[], colours: Colours): string =>
  findings.map((finding) => renderFinding(finding, colours)).join("\n");

const SIGNS: Readonly<Record<Verdict, string>> = { compatible: "ok", incompatible: "no", undecided: "??" };

const renderFinding = ({ file, against, verdict, changes }: Finding, colours: Colours): string => {
  const paint = { compatible: colours.green, incompatible: colours.red, undecided: colours.yellow }[verdict];
  const head = `${paint(SIGNS[verdict])} ${file}: ${verdict} with ${against}`;
  const lines = changes.map(({ rule, path, breaking, why, remedy }) => {
    const where = `${rule} at ${path === "" ? "the root" : path}`;
    return breaking ? `     ${paint(where)}\n       ${why}\n       ${remedy}` : colours.dim(`     ${where}: ${why}`);
  });
  return [head, ...lines].join("\n");
};

/** For programs. */
export const renderJson = (findings: readonly Finding[], withFiles: boolean): string => {
  const changes = findings.flatMap(({ file, against, changes: found }) =>
    found.map((change) => (withFiles ? { file, against, ...change } : change)),
  );
  return JSON.stringify({ verdict: worst(findings), changes }, null, 2);
};

/** For pull requests: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
export const renderGithub = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ file, against, changes, text }) =>
      changes
        .filter(({ rule, breaking }) => breaking || UNDECIDED_RULES.has(rule))
        .map(({ rule, path, breaking, why, remedy }) => {
          const line = text === undefined ? 1 : lineOf(text, path);
          const properties = `file=${property(file)},line=${line},title=${property(rule)}`;
          const message = `${path} (compared with ${against}): ${why} ${remedy}`.trimStart();
          return `::${breaking ? "error" : "warning"} ${properties}::${escapeMessage(message)}`;
        }),
    )
    .join("\n");

const escapeMessage = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
