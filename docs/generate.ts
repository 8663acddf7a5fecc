// npm run docs: writes the pages that only repeat what the code says. `--check` fails when one is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { policies } from "../policy-pack/policies.ts";
import { ERRORS, type ErrorCode, nexusError } from "../runtime/kernel/errors.ts";
import { ENVIRONMENT_KEYS, READ_MODEL_OVERRIDE } from "../runtime/middleware/environment.ts";
import { statusOf } from "../runtime/middleware/problem-details.ts";

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => "---")), ...rows.map((cells) => row(...cells))].join("\n");

const page = (title: string, introduction: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, "<!-- Made by `npm run docs`; edit the code it repeats. -->", introduction, ...parts].join("\n\n")}\n`;

const errors = (): string =>
  page(
    "Errors",
    "Every error the framework raises has one of these codes. Over HTTP it is an RFC 9457 `application/problem+json` " +
      "body with the code in `code`; the detail of a 5xx answer stays in the log, under the correlation id. A service " +
      "adds codes of its own by throwing a `DomainError`; those are answered with 422.",
    table(
      ["Code", "HTTP", "Family", "Retry", "Meaning"],
      Object.entries(ERRORS).map(([code, { family, retryable, meaning }]) => [
        `\`${code}\``,
        String(statusOf(nexusError(code as ErrorCode, ""))),
        family,
        retryable ? "yes" : "no",
        meaning,
      ]),
    ),
  );

const environment = (): string =>
  page(
    "Environment of the functions",
    "The components set these keys together with the permissions they need; a function reads its own at cold start and " +
      "refuses to start, with `NEXUS_CONFIGURATION_INVALID`, when one is missing, malformed or misspelt.",
    table(
      ["Key", "Value"],
      Object.entries(ENVIRONMENT_KEYS).map(([key, { expected }]) => [`\`${key}\``, expected]),
    ),
    `\`${READ_MODEL_OVERRIDE}\` overrides \`READ_MODEL_URL\`, as the SDK's own \`AWS_ENDPOINT_URL_*\` keys do; ` +
      "`sqlite:PATH` chooses the embedded read model.",
  );

const policyTable = (): string =>
  page(
    "Policies",
    "What the pack in `policy-pack/` refuses: in `nexus up` and `nexus preview` before anything is made, and in " +
      "`pulumi preview --policy-pack policy-pack`. Each violation names the resource and how to mend it.",
    table(
      ["Policy", "Severity", "Level", "Rule", "Frameworks"],
      policies.map(({ name, severity, enforcementLevel, description, framework }) => [
        `\`${name}\``,
        severity ?? "",
        enforcementLevel ?? "",
        description,
        framework?.reference ?? "",
      ]),
    ),
  );

/** Path below docs/ and text of each generated page. */
export const pages = (): ReadonlyMap<string, string> =>
  new Map([
    ["errors.md", errors()],
    ["environment.md", environment()],
    ["policies.md", policyTable()],
  ]);

export const pagePath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const current = (name: string): string | undefined => {
  try {
    return readFileSync(pagePath(name), "utf8");
  } catch {
    return undefined;
  }
};

if (import.meta.main) {
  const stale = [...pages()].filter(([name, text]) => current(name) !== text);
  if (process.argv.includes("--check")) {
    for (const [name] of stale) console.error(`docs/${name} is stale; run npm run docs`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else for (const [name, text] of stale) writeFileSync(pagePath(name), text);
}
