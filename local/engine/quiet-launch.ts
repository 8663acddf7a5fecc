import { createRequire, Module } from "node:module";

/**
 * Loaded into the program's process before the SDK's launcher, to spare it work whose result nobody reads. Together it is
 * about half of the time a program of 150 resources takes.
 */
const [, launcher] = process.argv;
if (launcher !== undefined) {
  const require = createRequire(launcher);
  // Formats the stack of every promise and resource the SDK makes. Node's own stacks are right as they are: a program
  // whose types Node strips has the lines of its source.
  const register = require.resolve("source-map-support/register");
  const nothing = new Module(register);
  nothing.loaded = true;
  require.cache[register] = nothing;
  // Sends each of four messages a resource to the engine, which would drop them.
  const log = require("@pulumi/pulumi/log") as { debug: () => Promise<void> };
  log.debug = () => Promise.resolve();
}
