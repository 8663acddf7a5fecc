#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command } from "commander";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("nexus")
  .description("Run a Nexus Blueprint program on this machine and talk to the stack it makes.")
  .version(version)
  .showHelpAfterError();

await program.parseAsync();
