import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, type BuildOptions, build, type OutputFile } from "esbuild";
import { type BundleFolders, bundleCacheFolder, findCachedBundles, keepBundles } from "./bundle-cache.ts";
import { OMITTED, omissions } from "./bundle-omissions.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { whileLocked } from "./file-lock.ts";
import { fillServiceHash, SERVICE_HASH_DEFINE, serviceHash } from "./service-hash.ts";

/** The tracer's X-Ray core is CommonJS and calls `require`, which an ES module does not have. */
const REQUIRE_BANNER =
  'import{createRequire as nexusCreateRequire}from"node:module";const require=nexusCreateRequire(import.meta.url);';

function adapter(path: string, extension = extname(import.meta.url)): string {
  return fileURLToPath(new URL(`../runtime/adapters/${path}${extension}`, import.meta.url));
}

/** Lambda hands its credentials over in the environment; the SDK's chain of other sources would be 120 KB a bundle. */
const LAMBDA_CREDENTIALS = adapter("aws/lambda-credentials");

/** See there: what the X-Ray SDK would use instead slows every promise down. */
const TRACE_CONTEXT = adapter("aws/trace-context");

/** See there: a third of a bundle's import time went into what an ES import of `node:http` drags in. */
const HTTP = adapter("node/http", ".cjs");

const options = ({ serviceModule, sourceMaps }: BundleArgs) =>
  ({
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // esbuild's default prefers CommonJS for Node: 40 % more bytes with the AWS SDK.
    mainFields: ["module", "main"],
    alias: {
      "nexus:service": serviceModule,
      "@aws-sdk/credential-provider-node": LAMBDA_CREDENTIALS,
      "cls-hooked/context": TRACE_CONTEXT,
      http: HTTP,
      "node:http": HTTP,
    },
    plugins: [omissions],
    banner: { js: REQUIRE_BANNER },
    define: SERVICE_HASH_DEFINE,
    outExtension: { ".js": ".mjs" },
    // Maps hold paths of the machine: inside the archive they would change its hash from folder to folder.
    sourcemap: sourceMaps ? "external" : false,
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    write: false,
    // esbuild keeps the working directory it was imported in.
    absWorkingDir: process.cwd(),
  }) satisfies BuildOptions;

export interface BundleArgs {
  /** Absolute path of the module that stands in for `nexus:service`. */
  readonly serviceModule: string;
  /** Whether to write `source-maps/<hash>.mjs.map` into the cache folder; doubles the time to build. */
  readonly sourceMaps: boolean;
}

interface Batch {
  readonly entries: Set<string>;
  readonly folders: Promise<BundleFolders>;
}

const openBatches = new Map<string, Batch>();

/**
 * Bundles a handler with the service module and gives back a folder with `index.mjs` in it, named by the hash of its
 * content: the same sources give the same folder on every machine. What is asked for in one turn is built in one
 * pass, so that shared modules are parsed once; nothing is built when no input changed.
 * Rejects with a {@link ConfigurationError} that names file and line.
 */
export const bundleHandler = async (entry: string, args: BundleArgs): Promise<string> => {
  const alike = JSON.stringify(args);
  let batch = openBatches.get(alike);
  if (batch === undefined) {
    const entries = new Set<string>();
    const folders = new Promise<void>((resolve) => queueMicrotask(resolve)).then(() => {
      openBatches.delete(alike);
      return bundleAll([...entries].sort(), args);
    });
    batch = { entries, folders };
    openBatches.set(alike, batch);
  }
  batch.entries.add(entry);
  const folder = (await batch.folders).get(entry);
  if (folder === undefined) throw new Error(`no bundle of ${entry}`);
  return folder;
};

const bundleAll = async (entries: readonly string[], args: BundleArgs): Promise<BundleFolders> => {
  const cache = bundleCacheFolder();
  const settings = options(args);
  const request = digest(JSON.stringify({ entries, settings, OMITTED }));
  const earlier = findCachedBundles(cache, request);
  if (earlier !== undefined) return earlier;
  // A preview and an update that start together need the same bundles: the second waits for the first.
  return whileLocked(join(cache, `${request}.lock`), async () => {
    const meanwhile = findCachedBundles(cache, request);
    if (meanwhile !== undefined) return meanwhile;
    const outdir = join(cache, "out");
    const entryPoints = entries.map((path, index) => ({ in: path, out: String(index) }));
    const result = await build({ ...settings, entryPoints, outdir }).catch((error: unknown) => {
      throw compileError(error, args.serviceModule);
    });
    const hash = serviceHash(result.metafile, args.serviceModule, settings.absWorkingDir);
    const outputs = new Map((result.outputFiles ?? []).map((file) => [relative(outdir, file.path), file]));
    const stored = entries.map(async (entry, index) => {
      const code = outputs.get(`${index}.mjs`);
      if (code === undefined) throw new Error(`esbuild made nothing of ${entry}`);
      return [
        entry,
        await store(cache, fillServiceHash(code.contents, hash), outputs.get(`${index}.mjs.map`)),
      ] as const;
    });
    const folders = new Map(await Promise.all(stored));
    keepBundles(cache, request, Object.keys(result.metafile.inputs), folders);
    return folders;
  });
};

/** The folder appears whole or not at all, whoever else writes or dies meanwhile. */
const store = async (cache: string, code: Uint8Array, map: OutputFile | undefined): Promise<string> => {
  const hash = digest(code);
  const folder = join(cache, "bundles", hash);
  if (map !== undefined) {
    await mkdir(join(cache, "source-maps"), { recursive: true });
    await writeFile(join(cache, "source-maps", `${hash}.mjs.map`), map.contents);
  }
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, "index.mjs"), code);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
};

const digest = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 32);

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
