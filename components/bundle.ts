import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type BuildFailure, type BuildOptions, build, type OutputFile } from "esbuild";
import { bundleCacheFolder, findCachedBundles, keepBundles } from "./bundle-cache.ts";
import { ConfigurationError } from "./configuration-error.ts";

/** The tracer's X-Ray core is CommonJS and calls `require`, which an ES module does not have. */
const REQUIRE_BANNER =
  'import{createRequire as nexusCreateRequire}from"node:module";const require=nexusCreateRequire(import.meta.url);';

const options = (serviceModule: string): BuildOptions => ({
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // esbuild's default prefers CommonJS for Node: 40 % more bytes with the AWS SDK.
  mainFields: ["module", "main"],
  alias: { "nexus:service": serviceModule },
  banner: { js: REQUIRE_BANNER },
  outExtension: { ".js": ".mjs" },
  // Maps hold paths of this machine; inside the archive they would change its hash from folder to folder.
  sourcemap: "external",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "silent",
  metafile: true,
  write: false,
  // esbuild keeps the working directory it was imported in.
  absWorkingDir: process.cwd(),
});

interface Batch {
  readonly entries: Set<string>;
  readonly folders: Promise<ReadonlyMap<string, string>>;
}

const openBatches = new Map<string, Batch>();

/**
 * Bundles a handler with the service module and gives back a folder with `index.mjs` in it, named by the hash of its
 * content: the same sources give the same folder on every machine. What is asked for in one turn is built in one
 * pass, so that shared modules are parsed once; nothing is built when no input changed.
 * Rejects with a {@link ConfigurationError} that names file and line.
 */
export const bundleHandler = async (entry: string, serviceModule: string): Promise<string> => {
  let batch = openBatches.get(serviceModule);
  if (batch === undefined) {
    const entries = new Set<string>();
    const folders = new Promise<void>((resolve) => queueMicrotask(resolve)).then(() => {
      openBatches.delete(serviceModule);
      return bundleAll([...entries].sort(), serviceModule);
    });
    batch = { entries, folders };
    openBatches.set(serviceModule, batch);
  }
  batch.entries.add(entry);
  const folder = (await batch.folders).get(entry);
  if (folder === undefined) throw new Error(`no bundle of ${entry}`);
  return folder;
};

const bundleAll = async (entries: readonly string[], serviceModule: string): Promise<ReadonlyMap<string, string>> => {
  const cache = bundleCacheFolder();
  const settings = options(serviceModule);
  const request = createHash("sha256").update(JSON.stringify({ entries, settings })).digest("hex").slice(0, 32);
  const cached = findCachedBundles(cache, request);
  if (cached !== undefined) return cached;
  const outdir = join(cache, "out");
  const result = await build({
    ...settings,
    entryPoints: entries.map((path, index) => ({ in: path, out: String(index) })),
    outdir,
  }).catch((error: unknown) => {
    throw compileError(error, serviceModule);
  });
  const outputs = new Map((result.outputFiles ?? []).map((file) => [relative(outdir, file.path), file]));
  const folders = new Map<string, string>();
  await Promise.all(
    entries.map(async (entry, index) => {
      const code = outputs.get(`${index}.mjs`);
      const map = outputs.get(`${index}.mjs.map`);
      if (code === undefined || map === undefined) throw new Error(`esbuild made nothing of ${entry}`);
      folders.set(entry, await store(cache, code, map));
    }),
  );
  keepBundles(cache, request, Object.keys(result.metafile?.inputs ?? {}), folders);
  return folders;
};

/** The folder appears whole or not at all: two programs may bundle at the same time. */
const store = async (cache: string, code: OutputFile, map: OutputFile): Promise<string> => {
  const hash = createHash("sha256").update(code.contents).digest("hex").slice(0, 32);
  const folder = join(cache, "bundles", hash);
  if (existsSync(folder)) return folder;
  const sourceMap = join(cache, "source-maps", `${hash}.mjs.map`);
  const draft = `${folder}.${process.pid}`;
  await Promise.all([mkdir(draft, { recursive: true }), mkdir(dirname(sourceMap), { recursive: true })]);
  await Promise.all([writeFile(join(draft, "index.mjs"), code.contents), writeFile(sourceMap, map.contents)]);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
};

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && "errors" in error && Array.isArray(error.errors);

const compileError = (error: unknown, serviceModule: string): unknown => {
  const first = isBuildFailure(error) ? error.errors[0] : undefined;
  if (first === undefined) return error;
  const where =
    first.location === null ? "" : `${first.location.file}:${first.location.line}:${first.location.column}: `;
  return new ConfigurationError(
    `the functions of ${serviceModule} do not bundle: ${where}${first.text}. Correct the file and run again.`,
  );
};
