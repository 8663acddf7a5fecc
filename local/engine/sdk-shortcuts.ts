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

/** Loads a module when something of it is first used that is not `known` beforehand. */
const deferModule = (require: NodeJS.Require, name: string, known: Record<PropertyKey, unknown>): void => {
  const path = resolveIn(require, name);
  if (path === undefined) return;
  let loaded: Record<PropertyKey, unknown> | undefined;
  const load = () => {
    if (loaded !== undefined) return loaded;
    delete require.cache[path];
    loaded = require(path) as Record<PropertyKey, unknown>;
    return loaded;
  };
  replaceModule(require, path, new Proxy(known, { get: (_, key) => (key in known ? known[key] : load()[key]) }));
};

/**
 * Loads the TypeScript compiler when it is first used. The SDK needs it for functions that it serializes, and loads its nine
 * megabytes at every start. `require` is that of a module of the SDK.
 */
export const deferTypeScript = (require: NodeJS.Require): void => deferModule(require, "typescript", {});

/** The same for npm's installer, 200 modules with which the SDK finds out what a serialized function depends on. */
export const deferArborist = (require: NodeJS.Require): void =>
  // So that the SDK takes it as it is: to look for its exports would load it.
  deferModule(require, "@npmcli/arborist", { __esModule: true });

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
