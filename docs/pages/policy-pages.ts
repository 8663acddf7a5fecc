import type { NexusPolicy } from "../../policy-pack/define.ts";
import { policies } from "../../policy-pack/policies.ts";
import { build, type Fixture } from "../../test/policy-pack/fixtures/fixture.ts";
import { fixtures } from "../../test/policy-pack/fixtures/index.ts";
import { evaluate } from "../../test/policy-pack/support/evaluate.ts";
import { code, page, table } from "./markdown.ts";

/** A page for each policy, by its path below docs/: what it says of itself, and what its fixtures show. */
export const policyPages = (): readonly (readonly [path: string, text: string])[] =>
  policies.map((policy) => [`policies/${policy.name}.md`, policyPage(policy)]);

const policyPage = (policy: NexusPolicy): string => {
  const own = fixtures.filter((fixture) => fixture.policy.name === policy.name);
  return page(
    policy.name,
    policy.description,
    table(["", ""], facts(policy)),
    "## What breaks it",
    table(["A program with", "is told"], own.flatMap(breaches)),
    "## How to mend it",
    policy.remediationSteps ?? "",
    ...own.flatMap(example).slice(0, 2),
    "To live with it for a while: [waivers](../policies.md#waivers).",
  );
};

const facts = ({ severity, enforcementLevel, framework, tags = [], configSchema, source }: NexusPolicy): string[][] => [
  ["Severity", severity ?? ""],
  ["Level", enforcementLevel ?? ""],
  ...(framework === undefined ? [] : [[framework.name, `${framework.reference}: ${framework.specification}`]]),
  ...(tags.length === 0 ? [] : [["Checkov", tags.join(", ")]]),
  ...Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [
    `Setting \`${key}\``,
    `default \`${JSON.stringify(typeof schema === "object" ? schema.default : undefined)}\``,
  ]),
  ["Rests on", `[${new URL(source).hostname}](${source})`],
];

const breaches = ({ policy, compliant, broken }: Fixture): string[][] =>
  broken.map(([title, change]) => {
    const [found] = evaluate([policy], build({ ...compliant, ...change }));
    if (found === undefined) throw new Error(`${policy.name} does not refuse ${title}`);
    const type = Object.keys(compliant).length === 1 ? ` (\`${Object.values(compliant)[0]?.type}\`)` : "";
    return [`${title}${type}`, found.message];
  });

/** The inputs of a resource that is in order, for rules about one. */
const example = ({ compliant }: Fixture): string[] => {
  const [spec, ...more] = Object.values(compliant);
  if (spec === undefined || more.length > 0 || Object.keys(spec.props ?? {}).length === 0) return [];
  return ["In order is:", code("json", JSON.stringify({ type: spec.type, inputs: spec.props }, null, 2))];
};
