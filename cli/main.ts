#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { register as command } from "./commands/command.ts";
import { register as diff } from "./commands/diff.ts";
import { register as env } from "./commands/env.ts";
import { register as events } from "./commands/events.ts";
import { register as generate } from "./commands/generate.ts";
import { register as graph } from "./commands/graph.ts";
import { register as history } from "./commands/history.ts";
import { register as preview } from "./commands/preview.ts";
import { register as query } from "./commands/query.ts";
import { register as reset } from "./commands/reset.ts";
import { register as schema } from "./commands/schema.ts";
import { register as up } from "./commands/up.ts";
import { register as verify } from "./commands/verify.ts";
import { register as watch } from "./commands/watch.ts";
import { isCliFailure } from "./failure.ts";
import { registerProjectCommands } from "./project-commands.ts";

// By name: this module is deeper in the published package than in the repository.
const { version } = createRequire(import.meta.url)("nexus-blueprint/package.json") as { readonly version: string };

const program = new Command("nexus")
  .description("Run a Nexus Blueprint program on this machine and talk to the stack it makes.")
  .version(version)
  .showHelpAfterError("(nexus <command> --help says more)")
  .exitOverride();

for (const register of [
  up,
  preview,
  graph,
  reset,
  env,
  command,
  query,
  watch,
  history,
  diff,
  events,
  verify,
  generate,
  schema,
])
  register(program);

// Whoever reads our output may leave before its end, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  await registerProjectCommands(program, process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  // Commander has said what it had to say: 0 after help, else the input is wrong.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (isCliFailure(error)) {
    process.stderr.write(`nexus: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
