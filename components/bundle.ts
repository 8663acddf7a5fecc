import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildOptions } from "esbuild";
import { digest, storeArchive } from "./bundle-archive.ts";
import { builtins, isBuiltinInput } from "./bundle-builtins.ts";
import { type BundleFolders, bundleCacheFolder, findCachedBundles, keepBundles } from "./bundle-cache.ts";
import { omissions } from "./bundle-omissions.ts";
import { buildWithParts, filesOf } from "./bundle-parts.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { whileLocked } from "./file-lock.ts";
import { fillServiceHash, SERVICE_HASH_DEFINE, serviceHash } from "./service-hash.ts";

/** CommonJS that requires what only it knows at run time calls `require`, which an ES module does not have. */
const REQUIRE_BANNER = 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);';

function adapter(path: string): string {
  return fileURLToPath(new URL(`../runtime/adapters/${path}${extname(import.meta.url)}`, import.meta.url));
}

/** Lambda hands its credentials over in the environment; the SDK's chain of other sources would be 120 KB a bundle. */
const LAMBDA_CREDENTIALS = adapter("aws/lambda-credentials");

/** See there: what the X-Ray SDK would use instead slows every promise down. */
const TRACE_CONTEXT = adapter("aws/trace-context");

/** The bundler itself: another one makes other bundles of the same files. */
const bundler = (): string[] =>
  readdirSync(import.meta.dirname)
    .filter((file) => /^(bundle|service-hash)[\w-]*\.[jt]s$/.test(file))
    .map((file) => join(import.meta.dirname, file));

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
    },
    plugins: [builtins, omissions],
    banner: { js: REQUIRE_BANNER },
    define: SERVICE_HASH_DEFINE,
    outExtension: { ".js": ".mjs" },
    // Maps hold paths of the machine: inside the archive they would change its hash from folder to folder.
    sourcemap: sourceMaps ? "external" : false,
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
    // esbuild keeps the working directory it was imported in.
    absWorkingDir: process.cwd(),
  }) satisfies BuildOptions;

export interface BundleArgs {
  /** Absolute path of the module that stands in for `nexus:service`. */
  readonly serviceModule: string;
  /** Whether to write `source-maps/<hash>/<file>.map` into the cache folder; doubles the time to build. */
  readonly sourceMaps: boolean;
}

interface Batch {
  readonly entries: Set<string>;
  readonly folders: Promise<BundleFolders>;
}

const openBatches = new Map<string, Batch>();

/**
 * Bundles a handler with the service module and gives back a folder with `index.mjs` in it and the parts that it loads
 * later, named by the hash of its content: the same sources give the same folder on every machine. What is asked for in
 * one turn is built in one pass, so that shared modules are parsed once; nothing is built when no input changed.
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
  const request = digest(JSON.stringify({ entries, settings }));
  const earlier = findCachedBundles(cache, request);
  if (earlier !== undefined) return earlier;
  // A preview and an update that start together need the same bundles: the second waits for the first.
  return whileLocked(join(cache, `${request}.lock`), async () => {
    const meanwhile = findCachedBundles(cache, request);
    if (meanwhile !== undefined) return meanwhile;
    const entryPoints = Object.fromEntries(entries.map((path, index) => [index, path]));
    const built = await buildWithParts({ ...settings, outdir: join(cache, "out") }, entryPoints).catch(
      (error: unknown) => {
        throw compileError(error, args.serviceModule);
      },
    );
    const inputs = Object.keys(built.metafile.inputs).filter((input) => !isBuiltinInput(input));
    const hash = serviceHash(built.metafile, args.serviceModule, settings.absWorkingDir);
    const codeOf = (file: string): Uint8Array => {
      const code = built.files.get(file);
      if (code === undefined) throw new Error(`esbuild made no ${file}`);
      return fillServiceHash(code, hash);
    };
    const stored = entries.map(async (entry, index) => {
      const own = `${index}.mjs`;
      const files = filesOf(own, built.metafile).map((file) => ({
        name: file === own ? "index.mjs" : file,
        code: codeOf(file),
        map: built.files.get(`${file}.map`),
      }));
      return [entry, await storeArchive(cache, files)] as const;
    });
    const folders = new Map(await Promise.all(stored));
    keepBundles(cache, request, [...inputs, ...bundler()], folders);
    return folders;
  });
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
