import { createHash, type Hash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type Archive, type Asset, isArchive, isAsset, type Properties } from "./values.ts";

/** Inputs with every file and archive replaced by the digest of its content, so that equal content compares equal. */
export const withDigests = (inputs: Properties, workingDirectory: string): Properties =>
  digestValue(inputs, workingDirectory) as Properties;

const digestValue = (value: unknown, directory: string): unknown => {
  if (isAsset(value) || isArchive(value)) return { sha256: digestOf(value, directory) };
  if (Array.isArray(value)) return value.map((item) => digestValue(item, directory));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, digestValue(item, directory)]));
};

/** SHA-256 over names and contents, hex. Throws when a file is missing. */
export const digestOf = (value: Asset | Archive, workingDirectory: string): string => {
  const hash = createHash("sha256");
  for (const [name, content] of filesOf(value, workingDirectory)) addFile(hash, name, content());
  return hash.digest("hex");
};

/** A folder with the content of an archive: the folder itself where the archive is one, else a copy below `target`. */
export const folderOf = (archive: Archive, workingDirectory: string, target: string): string => {
  const { path } = archive.archive;
  if (path !== undefined && archive.archive.assets === undefined) {
    const folder = resolve(workingDirectory, path);
    if (statSync(folder).isDirectory()) return folder;
  }
  for (const [name, content] of filesOf(archive, workingDirectory)) {
    const file = join(target, name);
    if (!file.startsWith(join(target, sep))) throw new Error(`the archive names ${name}, outside of itself`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content());
  }
  return target;
};

/** Copies a single asset to a file. */
export const writeAsset = (asset: Asset, workingDirectory: string, file: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  if (asset.asset.path !== undefined) cpSync(resolve(workingDirectory, asset.asset.path), file);
  else writeFileSync(file, contentOf(asset, workingDirectory));
};

const contentOf = ({ asset }: Asset, directory: string): Buffer => {
  if (asset.text !== undefined) return Buffer.from(asset.text);
  if (asset.path !== undefined) return readFileSync(resolve(directory, asset.path));
  throw new Error(`remote asset ${asset.uri}: the local engine reads files and text only`);
};

type Files = Generator<readonly [name: string, content: () => Buffer]>;

/** Names and contents in a stable order. */
function* filesOf(value: Asset | Archive, directory: string, prefix = ""): Files {
  if (isAsset(value)) {
    yield [prefix, () => contentOf(value, directory)];
    return;
  }
  const { path, uri, assets } = value.archive;
  if (uri !== undefined) throw new Error(`remote archive ${uri}: the local engine reads folders only`);
  if (path !== undefined) yield* folderFiles(resolve(directory, path), prefix);
  for (const name of Object.keys(assets ?? {}).sort()) {
    const item = assets?.[name];
    if (item !== undefined) yield* filesOf(item, directory, join(prefix, name));
  }
}

function* folderFiles(folder: string, prefix: string): Files {
  if (!statSync(folder).isDirectory())
    throw new Error(`${folder} is a packed archive; give the local engine the folder it was packed from`);
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [path, name] = [join(folder, entry.name), join(prefix, entry.name)];
    if (statSync(path).isDirectory()) yield* folderFiles(path, name);
    else yield [name, () => readFileSync(path)];
  }
}

const addFile = (hash: Hash, name: string, content: Buffer): void => {
  hash.update(`${name}\0${content.length}\0`).update(content);
};
