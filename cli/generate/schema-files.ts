import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { JsonSchema } from "../../runtime/kernel/contract.ts";
import { checkSchema, type Problem, type SchemaName } from "./schema-rules.ts";
import { isSchema } from "./schema-walk.ts";

export interface SchemaFile extends SchemaName {
  readonly file: string;
  readonly schema: JsonSchema;
}

/** The schemas cannot be generated from. The message has a line a problem: file, JSON Pointer, what is wrong. */
export class SchemaProblems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ file, path, message }) => `${file}${path === "" ? "" : `#${path}`}: ${message}`);
    super(lines.join("\n"));
    this.name = "SchemaProblems";
    this.problems = problems;
  }
}

const FILE_NAME = /^([A-Z][A-Za-z0-9]*)\.v([1-9][0-9]*)\.json$/;
const AGGREGATE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

type Located = Omit<SchemaName, "name" | "version"> & { readonly file: string };

/**
 * Reads `<folder>/<aggregate>/<Event>.v<n>.json` and `<folder>/<aggregate>/commands/<Command>.v<n>.json`.
 * @throws {SchemaProblems} all that is wrong, not only the first
 */
export const readSchemas = async (folder: string): Promise<SchemaFile[]> => {
  const located = await locate(folder);
  const problems: Problem[] = [];
  const files: SchemaFile[] = [];
  for (const { file, aggregate, kind } of located) {
    const match = FILE_NAME.exec(basename(file));
    const shown = relative(process.cwd(), file);
    if (match === null) {
      problems.push({ file: shown, path: "", message: "must be named <Name>.v<n>.json, such as OrderPlaced.v1.json" });
      continue;
    }
    const name: SchemaName = { aggregate, kind, name: String(match[1]), version: Number(match[2]) };
    const schema = parse(await readFile(file, "utf8"));
    if (typeof schema === "string") problems.push({ file: shown, path: "", message: schema });
    else {
      problems.push(...checkSchema(shown, name, schema));
      files.push({ ...name, file: shown, schema });
    }
  }
  problems.push(...gaps(files), ...clashes(files));
  if (located.length === 0)
    problems.push({ file: relative(process.cwd(), folder) || ".", path: "", message: "holds no schema" });
  if (problems.length > 0) throw new SchemaProblems(problems);
  return files;
};

const locate = async (folder: string): Promise<Located[]> => {
  const located: Located[] = [];
  const jsonFiles = async (within: string) =>
    (await readdir(within)).filter((name) => name.endsWith(".json")).map((name) => join(within, name));
  const folders = (await entries(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const aggregate of folders.sort()) {
    const within = join(folder, aggregate);
    if (!AGGREGATE.test(aggregate))
      throw new SchemaProblems([{ file: within, path: "", message: "an aggregate's folder has a kebab-case name" }]);
    for (const file of (await jsonFiles(within)).sort()) located.push({ file, aggregate, kind: "event" });
    const commands = join(within, "commands");
    if ((await entries(within)).some((entry) => entry.name === "commands" && entry.isDirectory()))
      for (const file of (await jsonFiles(commands)).sort()) located.push({ file, aggregate, kind: "command" });
  }
  return located;
};

const entries = async (folder: string) => {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new SchemaProblems([{ file: folder, path: "", message: `cannot be read as a folder (${reason})` }]);
  }
};

const parse = (text: string): JsonSchema | string => {
  try {
    const value: unknown = JSON.parse(text);
    return isSchema(value) ? value : "must hold a JSON object";
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const gaps = (files: readonly SchemaFile[]): Problem[] => {
  const byName = Map.groupBy(files, ({ aggregate, kind, name }) => `${aggregate}/${kind}/${name}`);
  return [...byName.values()].flatMap((versions) => {
    const numbers = versions.map(({ version }) => version).sort((a, b) => a - b);
    const missing = numbers.findIndex((number, index) => number !== index + 1) + 1;
    const last = versions.find(({ version }) => version === numbers.at(-1));
    return missing === 0 || last === undefined
      ? []
      : [{ file: last.file, path: "", message: `version ${missing} is missing: versions count from 1 without gaps` }];
  });
};

/** Names become types and keys, so one name is one event or one command in the whole service. */
const clashes = (files: readonly SchemaFile[]): Problem[] => {
  const byName = Map.groupBy(files, ({ name }) => name);
  return [...byName.values()].flatMap(([first, ...others]) =>
    others
      .filter((other) => other.kind !== first?.kind || other.aggregate !== first.aggregate)
      .map(({ file, name }) => ({ file, path: "", message: `${name} is already the name of ${first?.file}` })),
  );
};
