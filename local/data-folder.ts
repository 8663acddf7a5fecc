import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { InputError } from "./engine/project.ts";
import { findRunningStack } from "./running-stack.ts";

/** Version of everything that lies in a data folder. Raised when a release can no longer read what another wrote. */
const FORMAT_VERSION = 2;

export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** The path of a file in it. */
  file(...names: string[]): string;
  /** Lets others use the folder. */
  release(): void;
}

const formatFile = (path: string): string => join(path, "format.json");

/**
 * Takes a data folder for this process alone, creating it where it does not exist. Throws an `InputError` when another
 * stack uses it, another version wrote it, or it holds something else.
 */
export const openDataFolder = (directory: string): DataFolder => {
  const path = resolve(directory);
  checkFormat(path);
  const release = lock(path);
  return { path, file: (...names) => join(path, ...names), release };
};

/** Deletes a data folder, after making sure that it is one and that no stack uses it. False when there is none. */
export const deleteDataFolder = (directory: string): boolean => {
  const path = resolve(directory);
  if (!existsSync(path)) return false;
  if (!existsSync(formatFile(path)))
    throw new InputError(`${path} is not a data folder of nexus: it has no format.json. Nothing was deleted`);
  const release = lock(path);
  release();
  rmSync(path, { recursive: true, force: true });
  return true;
};

/** Reads the version of a data folder; a new folder gets one. */
const checkFormat = (path: string): void => {
  const file = formatFile(path);
  if (!existsSync(file)) {
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new InputError(`${path} holds files but is not a data folder of nexus; choose another with --data DIR`);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify({ version: FORMAT_VERSION })}\n`);
    return;
  }
  const version = readVersion(file);
  if (version !== FORMAT_VERSION)
    throw new InputError(
      `${path} has data format ${JSON.stringify(version)}, and this version of nexus reads ${FORMAT_VERSION}; ` +
        `use another folder with --data DIR, or forget this one with: nexus reset --data ${path}`,
    );
};

const readVersion = (file: string): unknown => {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version;
  } catch (error) {
    throw new InputError(
      `${file} cannot be read (${error instanceof Error ? error.message : String(error)}); ` +
        "the folder is damaged: use another with --data DIR",
    );
  }
};

/** How long a stack that is just ending may hold up the next one. */
const LOCK_PATIENCE_MS = 2_000;

/**
 * A lock the operating system lets go of when the process ends in whatever way: an open write transaction on a database
 * of its own. A file with a process id in it would outlive `kill -9`.
 */
const lock = (path: string): (() => void) => {
  const running = findRunningStack(path);
  const database = new DatabaseSync(join(path, "lock"), { timeout: running === undefined ? LOCK_PATIENCE_MS : 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
    const who = running === undefined ? "another stack" : `stack ${running.stack} (process ${running.pid})`;
    throw new InputError(`${path} is in use by ${who}; stop it, or choose another folder with --data DIR`);
  }
  return () => database.close();
};
