import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const NAMESPACE = "builtin";

/**
 * HTTP/2 for the SDK's clients that may speak it: loaded when one does, for it takes longer than any other builtin, and
 * ours are made with a handler of HTTP/1.1. These are the two names that the SDK's handler reads.
 */
const LATE_HTTP2 = `const load = () => process.getBuiltinModule("node:http2");
  exports.connect = (...given) => load().connect(...given);
  exports.constants = new Proxy({}, { get: (_, name) => load().constants[name] });`;

const SDK_HANDLER = /@smithy[\\/]node-http-handler[\\/]/;

const names = builtinModules.map((name) => name.replace(/^node:/, "")).join("|");

/**
 * Has bundles get Node's own modules by `process.getBuiltinModule`. An ES import of one reads each of its exports at
 * once, and so loads what they stand for: the whole of undici for `node:http`, Argon2 for `node:crypto`, streams for
 * `node:fs`. It was a third of a function's import time, for what no function uses.
 */
export const builtins: Plugin = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${names})$`) }, ({ path, importer }) => {
      const name = path.replace(/^node:/, "");
      return { path: name === "http2" && SDK_HANDLER.test(importer) ? "late-http2" : name, namespace: NAMESPACE };
    });
    onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
      contents:
        path === "late-http2"
          ? LATE_HTTP2
          : `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};

/** Whether an input of a build is one that {@link builtins} made up: it has no file. */
export const isBuiltinInput = (input: string): boolean => input.startsWith(`${NAMESPACE}:`);
