import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { DEFAULT_DATA_FOLDER } from "./client/stack-option.ts";
import type { VerboseOption } from "./stack-failure.ts";

/** Options of the commands that run the program in the current folder. */
export interface ProgramOptions extends VerboseOption {
  readonly stack: string;
  readonly data: string;
}

export const addProgramOptions = (command: Command): Command =>
  command
    .option("--stack <name>", "the stack: its configuration is Pulumi.<name>.yaml", "dev")
    .option(
      "--data <dir>",
      "the folder that holds everything the stack keeps",
      process.env["NEXUS_DATA"] ?? DEFAULT_DATA_FOLDER,
    )
    .option("--verbose", "show the details of a failure, and what the program logs");

export const parsePort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
};

export const parseReadModel = (text: string): string => {
  if (text === "sqlite" || /^https?:\/\/./.test(text)) return text;
  throw new InvalidArgumentError("It is sqlite, or the http(s) URL of an OpenSearch.");
};
