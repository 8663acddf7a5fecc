import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { bundleCacheFolder } from "../components/bundle-cache.ts";

/** Where compiled code is kept across runs: loading SDKs is most of what a start costs. */
export const compileCacheFolder = (projectDirectory: string): string =>
  process.env["NODE_COMPILE_CACHE"] ?? join(bundleCacheFolder(projectDirectory), "compile");

/** Keeps what this thread compiles from here on. */
export const keepCompiledCode = (projectDirectory: string): void => {
  enableCompileCache(compileCacheFolder(projectDirectory));
};
