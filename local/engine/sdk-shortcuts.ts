import { Module } from "node:module";

/** Puts a module in place of another that has not been loaded yet. */
const replaceModule = (require: NodeJS.Require, path: string, exports: unknown): void => {
  const module = new Module(path);
  module.exports = exports;
  module.loaded = true;
  require.cache[path] = module;
};

const resolveIn = (require: NodeJS.Require, name: string): string | undefined => {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
};

/**
 * Loads the TypeScript compiler when it is first used. The SDK needs it for functions that it serializes, and loads its nine
 * megabytes at every start. `require` is that of a module of the SDK.
 */
export const deferTypeScript = (require: NodeJS.Require): void => {
  const path = resolveIn(require, "typescript");
  if (path === undefined) return;
  let compiler: Record<PropertyKey, unknown> | undefined;
  const load = () => {
    if (compiler !== undefined) return compiler;
    delete require.cache[path];
    compiler = require(path) as Record<PropertyKey, unknown>;
    return compiler;
  };
  replaceModule(require, path, new Proxy({}, { get: (_target, key) => load()[key] }));
};

/**
 * Leaves stacks as Node makes them. The SDK's launcher has `source-map-support` format the stack of every promise and
 * resource it makes; yet a program whose types Node strips has the lines of its source.
 */
export const keepNativeStacks = (require: NodeJS.Require): void => {
  const path = resolveIn(require, "source-map-support/register");
  if (path !== undefined) replaceModule(require, path, {});
};

/** Drops debug messages where they arise: the SDK sends four a resource to the engine, which would drop them. */
export const dropDebugMessages = (require: NodeJS.Require): void => {
  const log = require("@pulumi/pulumi/log") as { debug: () => Promise<void> };
  log.debug = () => Promise.resolve();
};
