// What the schemas of the work tree are compared with: another folder, or a commit.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { badInput } from "../failure.ts";
import {
  isSchemaPath,
  readSchemaFolder,
  type SchemaSet,
  type SchemaVersion,
  schemaVersion,
  setOf,
} from "./schema-set.ts";

export interface Base {
  /** How people call it: `HEAD`, `main`, `../published`. */
  readonly name: string;
  readonly schemas: SchemaSet;
}

/** A base of many schemas takes megabytes, not more. */
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/**
 * The schemas to compare with. Without `against`, those of the last commit (HEAD), and undefined where there is none.
 * A folder is either one of schemas, or a checkout that has them at the same path as the project.
 * @param folder of the schemas in the work tree
 * @param project the folder of the project
 * @throws CliFailure when `against` is neither a folder nor a commit
 */
export const readBase = (folder: string, project: string, against: string | undefined): Base | undefined => {
  if (against !== undefined && isFolder(against)) {
    const within = resolve(against, relative(project, folder));
    const found = isFolder(within) ? within : resolve(against);
    return { name: against, schemas: readSchemaFolder(found, (path) => join(against, path)) };
  }
  const reference = against ?? "HEAD";
  const commit = git(folder, ["rev-parse", "--verify", "--quiet", `${reference}^{commit}`])?.trim();
  if (commit === undefined) {
    if (against === undefined) return undefined;
    throw badInput(`--against ${against}: is neither a folder nor a commit of the repository around ${folder}`);
  }
  return { name: reference, schemas: readCommit(folder, commit, reference) };
};

const readCommit = (folder: string, commit: string, reference: string): SchemaSet => {
  const prefix = git(folder, ["rev-parse", "--show-prefix"])?.trim() ?? "";
  const tree = `${commit}:${prefix}`;
  const listed = git(folder, ["ls-tree", "-r", "-z", "--full-tree", "--name-only", tree]) ?? "";
  const paths = listed.split("\0").filter(isSchemaPath);
  const texts = readBlobs(
    folder,
    paths.map((path) => `${commit}:${prefix}${path}`),
  );
  return setOf(
    paths.map((path, index): SchemaVersion => schemaVersion(path, texts[index] ?? "", `${reference}:${prefix}${path}`)),
  );
};

/** One process for all of them: a process a file would take seconds for a few hundred. */
const readBlobs = (folder: string, names: readonly string[]): string[] => {
  if (names.length === 0) return [];
  const { stdout } = spawnSync("git", ["-C", folder, "cat-file", "--batch"], {
    input: names.join("\n"),
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const texts: string[] = [];
  for (let at = 0; texts.length < names.length; ) {
    const end = stdout.indexOf("\n", at);
    const size = Number(stdout.toString("utf8", at, end).split(" ")[2]);
    if (end < 0 || !Number.isInteger(size)) throw badInput(`git cannot read ${names[texts.length]}`);
    texts.push(stdout.toString("utf8", end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return texts;
};

/** What git prints; undefined when it fails or is not there. */
const git = (folder: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return status === 0 ? stdout : undefined;
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
