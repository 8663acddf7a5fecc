import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The folder of each entry's bundle. */
export type BundleFolders = ReadonlyMap<string, string>;

/** What a build read and what it made. */
interface BuildRecord {
  readonly inputs: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, string>>;
}

/** `node_modules/.cache/nexus-blueprint` of the program, or the user's cache folder where there is no node_modules. */
export const bundleCacheFolder = (from: string = process.cwd()): string => {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules"))) return join(folder, "node_modules", ".cache", "nexus-blueprint");
    if (folder === dirname(folder)) break;
  }
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "nexus-blueprint");
};

/** Size and time of the last change. Not of the last modification: npm sets that to one day in 1985 for every file. */
const fingerprint = (path: string): string | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.size}/${stats.ctimeMs}`;
};

const recordFile = (cache: string, request: string): string => join(cache, "builds", `${request}.json`);

/** The folders of an earlier build of the same request, if all that it read is as it was and all that it made is there. */
export const findCachedBundles = (cache: string, request: string): BundleFolders | undefined => {
  const file = recordFile(cache, request);
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, "utf8")) as BuildRecord;
  const unchanged = Object.entries(record.inputs).every(([path, print]) => fingerprint(path) === print);
  const there = Object.values(record.folders).every((folder) => existsSync(join(folder, "index.mjs")));
  return unchanged && there ? new Map(Object.entries(record.folders)) : undefined;
};

/** Remembers a build. `inputs` are paths from the working directory, as esbuild names them. */
export const keepBundles = (
  cache: string,
  request: string,
  inputs: readonly string[],
  folders: BundleFolders,
): void => {
  const prints = inputs.map((path) => [resolve(path), fingerprint(resolve(path))] as const);
  // An input without a file, such as a plugin's, cannot be seen to change: such a build is not kept.
  if (prints.some(([, print]) => print === undefined)) return;
  const file = recordFile(cache, request);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    `${file}.${process.pid}`,
    JSON.stringify({ inputs: Object.fromEntries(prints), folders: Object.fromEntries(folders) }),
  );
  renameSync(`${file}.${process.pid}`, file);
};
