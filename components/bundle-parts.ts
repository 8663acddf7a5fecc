import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { partOmissions } from "./bundle-omissions.ts";

const RUNTIME = fileURLToPath(new URL("../runtime", import.meta.url));

/**
 * Modules that a function loads when it first needs them, each a file of its own in the archive: within the bundle they
 * would be parsed at every cold start. A part carries its own copy of all that it imports, so it may share no state with
 * the rest and test no error by its class.
 */
const PARTS: ReadonlySet<string> = new Set([
  "adapters/opensearch/open-opensearch",
  "adapters/s3/s3-client",
  "adapters/sqlite/sqlite-read-model-store",
  "kernel/schema-evolution",
  // The SDK's own, for operations that stream events.
  "@smithy/core/event-streams",
]);

const nameOf = (part: string): string => basename(part);

const FILTER = new RegExp(`(^|/)(${[...PARTS].map(nameOf).join("|")})(\\.[jt]s)?$`);

const partAt = (path: string, resolveDir: string): string | undefined => {
  const part = path.startsWith(".")
    ? relative(RUNTIME, join(resolveDir, path))
        .replaceAll(sep, "/")
        .replace(/\.[jt]s$/, "")
    : path;
  return PARTS.has(part) ? part : undefined;
};

/** Leaves dynamic imports of parts in the code, as imports of a file beside it, and notes which were met and where they lie. */
const findParts = (found: Map<string, string>): Plugin => ({
  name: "parts",
  setup({ onResolve, resolve }) {
    onResolve({ filter: FILTER }, async ({ kind, path, importer, resolveDir }) => {
      const part = kind === "dynamic-import" ? partAt(path, resolveDir) : undefined;
      if (part === undefined) return undefined;
      const resolved = await resolve(path, { kind: "import-statement", importer, resolveDir });
      if (resolved.errors.length > 0) return { errors: resolved.errors };
      found.set(nameOf(part), resolved.path);
      return { path: `./${nameOf(part)}.mjs`, external: true };
    });
  },
});

/** What was built: what esbuild says of it, and the content of each file by its name. */
export interface Built {
  readonly metafile: Metafile;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Builds entry points, given by the name of their output, then the parts that they load, then the parts that those load. */
export const buildWithParts = async (
  { plugins = [], ...options }: BuildOptions,
  entryPoints: Readonly<Record<string, string>>,
): Promise<Built> => {
  const metafile: Metafile = { inputs: {}, outputs: {} };
  const files = new Map<string, Uint8Array>();
  const found = new Map<string, string>();
  const built = new Set<string>();
  for (let next = Object.entries(entryPoints); next.length > 0; ) {
    const result = await build({
      ...options,
      plugins: [findParts(found), ...plugins, ...(built.size === 0 ? [] : [partOmissions])],
      entryPoints: next.map(([name, path]) => ({ in: path, out: name })),
      metafile: true,
      write: false,
    });
    for (const { path, contents } of result.outputFiles) files.set(basename(path), contents);
    Object.assign(metafile.inputs, result.metafile.inputs);
    for (const [path, output] of Object.entries(result.metafile.outputs)) metafile.outputs[basename(path)] = output;
    for (const [name] of next) built.add(name);
    next = [...found].filter(([name]) => !built.has(name)).sort();
  }
  return { metafile, files };
};

/** A function's own file and, after it, those of the parts that it, or one of them, may load. */
export const filesOf = (entry: string, { outputs }: Metafile): readonly string[] => {
  const files = new Set([entry]);
  for (const file of files)
    for (const { path } of outputs[file]?.imports ?? []) if (basename(path) in outputs) files.add(basename(path));
  return [...files];
};
