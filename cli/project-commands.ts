import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { badInput } from "./failure.ts";
import { findProject } from "./project.ts";

/**
 * Adds the commands that the project in the current folder offers (`nexus.commands` in its package.json), unless
 * one of the framework's own is called: those work whatever state the project is in.
 */
export const registerProjectCommands = async (program: Command, argv: readonly string[]): Promise<void> => {
  const called = argv.find((argument) => !argument.startsWith("-"));
  if (program.commands.some((command) => command.name() === called)) return;
  for (const path of findProject().commands) {
    const shown = relative(process.cwd(), path);
    const loaded = await load(path).catch((error: unknown) => {
      throw badInput(`${shown} (nexus.commands in package.json) cannot be loaded: ${String(error)}`, error);
    });
    if (typeof loaded["register"] !== "function")
      throw badInput(`${shown} (nexus.commands in package.json) must export register(program)`);
    loaded["register"](program);
  }
};

const load = async (path: string): Promise<Record<string, unknown>> => await import(pathToFileURL(path).href);
