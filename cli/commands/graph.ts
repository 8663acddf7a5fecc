import { type Command, Option } from "commander";
import { keepCompiledCode } from "../../local/compile-cache.ts";
import { isManaged, type Registration } from "../../local/engine/registration.ts";
import { renderTable } from "../output/table.ts";
import { addProgramOptions, type ProgramOptions } from "../program-options.ts";
import { toCliFailure } from "../stack-failure.ts";

const FORMATS = ["mermaid", "json", "dot"] as const;

interface GraphOptions extends ProgramOptions {
  readonly json?: true;
  readonly format?: (typeof FORMATS)[number];
}

export const register = (program: Command): void => {
  addProgramOptions(program.command("graph"))
    .summary("list every resource the program registers, or draw who depends on whom")
    .description(
      "List every resource that the program in this folder registers, as a first deployment would see it. Starts nothing.\n" +
        "Values that only a deployment knows are 04da6b54-80e4-46f7-96ec-b56ff0331ba9, Pulumi's sign for unknown.\n\n" +
        "With --format it is the graph of the service instead: who calls, triggers, reads and writes whom, from routes,\n" +
        "event sources and roles, each with its side, and each edge that the architecture forbids with the reason.",
    )
    .option("--json", "every resource as a JSON array: urn, type, name, parent, inputs, dependencies")
    .addOption(new Option("--format <format>", "the service's dependency graph").choices(FORMATS).conflicts("json"))
    .action(async (options: GraphOptions) => {
      keepCompiledCode(process.cwd());
      const { readGraph } = await import("../../local/preview-stack.ts");
      const registrations = await readGraph({ directory: process.cwd(), stack: options.stack }).catch(
        (error: unknown) => {
          throw toCliFailure(error, options);
        },
      );
      process.stdout.write(await render(registrations, options));
    });
};

const render = async (registrations: readonly Registration[], { json, format }: GraphOptions): Promise<string> => {
  if (json) return `${JSON.stringify(registrations.map(shown), null, 2)}\n`;
  if (format === undefined) return listing(registrations);
  const { stackGraph } = await import("../graph/stack-graph.ts");
  const graph = stackGraph(registrations);
  switch (format) {
    case "json":
      return `${JSON.stringify(graph, null, 2)}\n`;
    case "mermaid":
      return (await import("../graph/mermaid.ts")).toMermaid(graph);
    case "dot":
      return (await import("../graph/dot.ts")).toDot(graph);
  }
};

const shown = ({ urn, type, name, parent, inputs, dependencies }: Registration) => ({
  ...{ urn, type, name, parent, inputs, dependencies },
});

const listing = (registrations: readonly Registration[]): string => {
  const rows = registrations.map(({ type, name, dependencies }) => [type, name, String(dependencies.length)]);
  const managed = registrations.filter(isManaged).length;
  return (
    `${renderTable(["TYPE", "NAME", "DEPENDS ON"], rows, ["DEPENDS ON"])}\n` +
    `\n${managed} resources and ${registrations.length - managed} components\n`
  );
};
