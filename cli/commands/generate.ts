import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { badInput, failed } from "../failure.ts";
import { findProject } from "../project.ts";

interface Options {
  readonly schemas?: string;
  readonly out?: string;
  readonly kernel?: string;
  readonly check?: true;
}

export const register = (program: Command): void => {
  program
    .command("generate")
    .summary("make types and validators of the schemas")
    .description(
      "Check schemas/<aggregate>/<Event>.v<n>.json and schemas/<aggregate>/commands/<Command>.v<n>.json and write " +
        "contracts.gen.ts and validators.gen.ts for each aggregate.\n" +
        'The defaults come from the "nexus" section of package.json: { schemas, generated, kernel }.',
    )
    .option("--schemas <dir>", "folder of the schemas (default: schemas)")
    .option("--out <dir>", "folder that gets a folder an aggregate (default: domain)")
    .option("--kernel <specifier>", "module of the contract types (default: nexus-blueprint/runtime)")
    .option("--check", "write nothing; fail when a generated file is not up to date")
    .action(run);
};

const run = async (options: Options): Promise<void> => {
  // Ajv, esbuild and prettier take half a second to load: only for this command.
  const { findStale, generate } = await import("../generate/generate.ts");
  const { SchemaProblems } = await import("../generate/schema-files.ts");
  const project = findProject();
  const kernel = options.kernel ?? project.kernel;
  const settings = {
    schemas: options.schemas ?? project.schemas,
    out: options.out ?? project.generated,
    kernel: kernel.startsWith(".") ? resolve(kernel) : kernel,
  };
  try {
    if (options.check) {
      const stale = await findStale(settings);
      if (stale.length > 0) throw failed(`not up to date, run nexus generate:\n${listed(stale)}`);
      process.stdout.write("generated files are up to date\n");
    } else {
      const written = await generate(settings);
      process.stdout.write(written.length === 0 ? "nothing to change\n" : `wrote\n${listed(written)}\n`);
    }
  } catch (error) {
    throw error instanceof SchemaProblems ? badInput(error.message, error) : error;
  }
};

const listed = (paths: readonly string[]): string =>
  paths.map((path) => `  ${relative(process.cwd(), path)}`).join("\n");
