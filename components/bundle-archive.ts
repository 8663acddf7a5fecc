import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface ArchiveFile {
  readonly name: string;
  readonly code: Uint8Array;
  readonly map: Uint8Array | undefined;
}

export const digest = (...contents: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 32);
};

/**
 * Writes what is deployed of a function into a folder that has the hash of its content for a name, and the source maps
 * elsewhere. The folder appears whole or not at all, whoever else writes or dies meanwhile.
 */
export const storeArchive = async (cache: string, files: readonly ArchiveFile[]): Promise<string> => {
  const sizes = JSON.stringify(files.map(({ name, code }) => [name, code.length]));
  const hash = digest(sizes, ...files.map(({ code }) => code));
  const write = async (folder: string, name: string, content: Uint8Array): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), content);
  };
  for (const { name, map } of files)
    if (map !== undefined) await write(join(cache, "source-maps", hash), `${name}.map`, map);
  const folder = join(cache, "bundles", hash);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  for (const { name, code } of files) await write(draft, name, code);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
};
