import type { Command } from "commander";
import { keepCompiledCode } from "../../local/compile-cache.ts";
import { isManaged } from "../../local/engine/registration.ts";
import { renderTable } from "../output/table.ts";
import { addProgramOptions, type ProgramOptions } from "../program-options.ts";
import { toCliFailure } from "../stack-failure.ts";

export const register = (program: Command): void => {
  addProgramOptions(program.command("graph"))
    .summary("list every resource the program registers")
    .description(
      "List every resource that the program in this folder registers, as a first deployment would see it. Starts nothing.\n" +
        "Values that only a deployment knows are 04da6b54-80e4-46f7-96ec-b56ff0331ba9, Pulumi's sign for unknown.",
    )
    .option("--json", "a JSON array: urn, type, name, parent, inputs, dependencies")
    .action(async (options: ProgramOptions & { json?: true }) => {
      keepCompiledCode(process.cwd());
      const { readGraph } = await import("../../local/preview-stack.ts");
      const registrations = await readGraph({ directory: process.cwd(), stack: options.stack }).catch(
        (error: unknown) => {
          throw toCliFailure(error, options);
        },
      );
      const resources = registrations.map(({ urn, type, name, parent, inputs, dependencies }) => ({
        ...{ urn, type, name, parent, inputs, dependencies },
      }));
      if (options.json) {
        process.stdout.write(`${JSON.stringify(resources, null, 2)}\n`);
        return;
      }
      const rows = registrations.map(({ type, name, dependencies }) => [type, name, String(dependencies.length)]);
      process.stdout.write(`${renderTable(["TYPE", "NAME", "DEPENDS ON"], rows, ["DEPENDS ON"])}\n`);
      const managed = registrations.filter(isManaged).length;
      process.stdout.write(`\n${managed} resources and ${registrations.length - managed} components\n`);
    });
};
