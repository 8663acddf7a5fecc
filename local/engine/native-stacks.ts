import { createRequire, Module } from "node:module";

/**
 * Loaded into the program's process before the SDK's launcher. The launcher installs `source-map-support`, which then
 * formats the stack of every promise and resource the SDK makes: a third of the time a program takes. Node's own stacks are
 * right as they are, for a program whose types Node strips has the lines of its source.
 */
const [, launcher] = process.argv;
if (launcher !== undefined) {
  const require = createRequire(launcher);
  const register = require.resolve("source-map-support/register");
  const nothing = new Module(register);
  nothing.loaded = true;
  require.cache[register] = nothing;
}
