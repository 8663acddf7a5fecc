import type { Command } from "commander";
import { keepCompiledCode } from "../../local/compile-cache.ts";
import type { Action, Step } from "../../local/engine/plan.ts";
import { nameOf } from "../../local/engine/urn.ts";
import { failed } from "../failure.ts";
import { type Colours, coloursFor } from "../output/colours.ts";
import { renderTable } from "../output/table.ts";
import { addProgramOptions, type ProgramOptions } from "../program-options.ts";
import { toCliFailure } from "../stack-failure.ts";

interface PreviewOptions extends ProgramOptions {
  readonly policyPack?: string;
  readonly json?: true;
}

export const register = (program: Command): void => {
  addProgramOptions(program.command("preview"))
    .summary("show what the program would change")
    .description(
      "Compare the program in this folder with the stack in the data folder and judge it by the policy pack.\n" +
        "Starts and changes nothing. Exits with 1 when a mandatory policy is violated.",
    )
    .option("--policy-pack <dir>", "the policy pack (default: policy-pack of the project, else the one of nexus)")
    .option("--json", "one JSON object: steps, violations")
    .action(async (options: PreviewOptions) => {
      keepCompiledCode(process.cwd());
      const { previewStack } = await import("../../local/preview-stack.ts");
      const { describeViolation } = await import("../../local/policy/gate.ts");
      const { steps, gate } = await previewStack({
        directory: process.cwd(),
        stack: options.stack,
        dataDirectory: options.data,
        policyPack: options.policyPack,
      }).catch((error: unknown) => {
        throw toCliFailure(error, options);
      });
      const violations = gate?.violations ?? [];
      if (options.json) process.stdout.write(`${JSON.stringify({ steps, violations })}\n`);
      else {
        const colours = coloursFor(process.stdout);
        process.stdout.write(`${describeSteps(steps, colours)}\n`);
        if (gate !== undefined)
          process.stdout.write(
            `policy pack ${gate.packName}: ${gate.policyCount} policies, ${violations.length} findings\n`,
          );
        for (const violation of violations)
          process.stdout.write(`${colours.yellow(violation.level)} ${describeViolation(violation)}\n`);
      }
      const mandatory = violations.filter(({ level }) => level === "mandatory").length;
      if (mandatory > 0)
        throw failed(
          `${mandatory} mandatory ${mandatory === 1 ? "policy is" : "policies are"} violated; nexus up would stop`,
        );
    });
};

const describeSteps = (steps: readonly Step[], colours: Colours): string => {
  const paint: Record<Action, (text: string) => string> = {
    create: colours.green,
    update: colours.yellow,
    replace: colours.magenta,
    delete: colours.red,
    same: colours.dim,
  };
  const changes = steps.filter(({ action }) => action !== "same");
  const rows = changes.map(({ action, type, urn, changed }) => [
    paint[action](action),
    type,
    nameOf(urn),
    changed.join(", "),
  ]);
  const unchanged = `${steps.length - changes.length} unchanged`;
  if (rows.length === 0) return `nothing changes, ${unchanged}`;
  return `${renderTable(["ACTION", "TYPE", "NAME", "CHANGED"], rows)}\n\n${changes.length} to change, ${unchanged}`;
};
