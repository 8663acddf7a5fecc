// npm run docs: writes the pages that only repeat what the code says. `--check` fails when one is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ERRORS, type ErrorCode, nexusError } from "../runtime/kernel/errors.ts";
import { ENVIRONMENT_KEYS, READ_MODEL_OVERRIDE } from "../runtime/middleware/environment.ts";
import { statusOf } from "../runtime/middleware/problem-details.ts";
import { benchmarks } from "./pages/benchmarks.ts";
import { page, table } from "./pages/markdown.ts";
import { policyTable } from "./pages/policies.ts";
import { policyPages } from "./pages/policy-pages.ts";

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

/** Path below docs/ and text of each page that is made from the code alone. */
export const pages = (): ReadonlyMap<string, string> =>
  new Map([
    ["errors.md", errors()],
    ["environment.md", environment()],
    ["policies.md", policyTable()],
    ["benchmarks.md", benchmarks()],
    ...policyPages(),
  ]);

/** The same of the pages for which the program is run. */
export const pagesOfProgram = async (): Promise<ReadonlyMap<string, string>> => {
  const { architecture } = await import("./pages/architecture.ts");
  return new Map([["architecture.md", await architecture()]]);
};

export const pagePath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const current = (name: string): string | undefined => {
  try {
    return readFileSync(pagePath(name), "utf8");
  } catch {
    return undefined;
  }
};

/** Pages of policies that are no more. */
const leftOver = (expected: ReadonlyMap<string, string>): string[] =>
  readdirSync(pagePath("policies"))
    .map((file) => `policies/${file}`)
    .filter((name) => !expected.has(name));

if (import.meta.main) {
  mkdirSync(pagePath("policies"), { recursive: true });
  const expected = new Map([...pages(), ...(await pagesOfProgram())]);
  const stale = [...expected].filter(([name, text]) => current(name) !== text);
  const surplus = leftOver(expected);
  if (process.argv.includes("--check")) {
    for (const name of [...stale.map(([name]) => name), ...surplus])
      console.error(`docs/${name} is stale; run npm run docs`);
    process.exitCode = stale.length + surplus.length > 0 ? 1 : 0;
  } else {
    for (const [name, text] of stale) writeFileSync(pagePath(name), text);
    for (const name of surplus) rmSync(pagePath(name));
  }
}
