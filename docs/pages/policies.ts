import { policies } from "../../policy-pack/policies.ts";
import { DATE_VARIABLE, WAIVERS_KEY } from "../../policy-pack/waivers.ts";
import { code, page, table } from "./markdown.ts";

const WAIVER = `config:
  ${WAIVERS_KEY}:
    - policy: nexus-lambda-function-keep-failures
      resource: orders-queries
      reason: an old runtime that cannot have a dead-letter queue; is replaced with ADR 12
      expires: "2027-01-31"`;

/** The table of all policies, and how they are run, set and waived. */
export const policyTable = (): string =>
  page(
    "Policies",
    `What the pack in \`policy-pack/\` refuses, ${policies.length} rules. It needs no network, no clock and no value that a ` +
      "preview cannot know: ARNs are unknown then, so it goes by what a value is made of. Each violation names the " +
      "resource and how to mend it; the page of each rule shows every way of breaking it.",
    table(
      ["Policy", "Severity", "Rule", "Frameworks"],
      policies.map(({ name, severity, description, framework, tags = [] }) => [
        `[\`${name}\`](policies/${name}.md)`,
        severity ?? "",
        description,
        [framework?.reference ?? [], ...tags].flat().join(", "),
      ]),
    ),
    "## Run",
    "The same code runs in three ways:\n\n" +
      "- `nexus preview` and `nexus up` judge the previewed program before anything is made. `--policy-pack DIR` takes " +
      "another pack; without it that of the project, or this one.\n" +
      "- `pulumi preview --policy-pack node_modules/nexus-blueprint/dist/policy-pack` (in this repository: " +
      "`--policy-pack policy-pack`), and `pulumi up` alike.\n" +
      '- One by one: `import { encryptTable, policies } from "nexus-blueprint/policy-pack"` gives single policies, or ' +
      "all, for `new PolicyPack(...)` in a pack of your own.",
    "## Settings",
    "Some rules have settings, told on their pages with their defaults; what only production must keep asks for the " +
      "stacks that are production. They are set in a file that `pulumi preview --policy-pack-config FILE` takes. A policy " +
      'of the pack that is not wanted at all is set to `"disabled"` there. `nexus` runs the pack with its defaults.',
    "## Waivers",
    `A violation that is to be lived with for a while is waived in the config of the stack:`,
    code("yaml", WAIVER),
    "All four are asked for: the policy, the name or URN of the resource, a reason, and the last day it counts. A waived " +
      "violation is told as advice, with its reason and end, and stops nothing; once the day is over it stops the stack " +
      "again. A waiver with a mistake in it stops every run.\n\n" +
      `The pack has no clock: it is told the date in \`${DATE_VARIABLE}\`. \`nexus\` sets it; for \`pulumi\` set ` +
      `\`${DATE_VARIABLE}=$(date +%F)\`, as the workflows do. Without a date no waiver counts.`,
  );
