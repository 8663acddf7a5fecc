import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { findRunningStack, type RunningStack } from "../../local/running-stack.ts";
import { failed } from "../failure.ts";

export interface StackOptions {
  readonly data?: string;
  readonly dataDir?: string;
}

export const DEFAULT_DATA_FOLDER = ".nexus";

/** Adds `--data` and its other name `--data-dir`, which `nexus command` needs because there `--data` is the payload. */
export const addStackOptions = (command: Command): Command =>
  addDataDirOption(command.option("--data <dir>", "the running stack's data folder, the same as --data-dir"));

export const addDataDirOption = (command: Command): Command =>
  command.option(
    "--data-dir <dir>",
    `the running stack's data folder (default: $NEXUS_DATA or ${DEFAULT_DATA_FOLDER})`,
  );

/**
 * The stack that serves from the folder that the options, NEXUS_DATA or the default name.
 * @throws CliFailure when none does
 */
export const requireStack = ({ data, dataDir }: StackOptions): RunningStack => {
  const folder = dataDir ?? data ?? process.env["NEXUS_DATA"] ?? DEFAULT_DATA_FOLDER;
  const stack = findRunningStack(resolve(folder));
  if (stack === undefined)
    throw failed(
      `no stack runs on ${folder}; start one with: nexus up --data ${folder} (or name another: --data-dir DIR)`,
    );
  return stack;
};

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
