import { resolve } from "node:path";
import type { Command } from "commander";
import { addStackOptions, DEFAULT_DATA_FOLDER, type StackOptions } from "../client/stack-option.ts";
import { toCliFailure } from "../stack-failure.ts";

export const register = (program: Command): void => {
  addStackOptions(program.command("reset"))
    .summary("forget everything a stack keeps")
    .description("Delete the data folder of a stack that does not run. It asks nothing: what was stored is gone.")
    .action(async ({ data, dataDir }: StackOptions) => {
      const { deleteDataFolder } = await import("../../local/data-folder.ts");
      const folder = dataDir ?? data ?? process.env["NEXUS_DATA"] ?? DEFAULT_DATA_FOLDER;
      try {
        const deleted = deleteDataFolder(folder);
        process.stdout.write(deleted ? `deleted ${resolve(folder)}\n` : `${resolve(folder)} does not exist\n`);
      } catch (error) {
        throw toCliFailure(error, {});
      }
    });
};
