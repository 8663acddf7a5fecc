import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";

/** Something the caller gave is wrong: a file, an option, a folder. One line that says what to do. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}

/** A Pulumi project and one of its stacks, as the real CLI reads them. */
export interface Project {
  readonly name: string;
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** Working directory of the program. */
  readonly workingDirectory: string;
  /** What `cmd/run` is given: a file name below the working directory, or `.`. */
  readonly entryPoint: string;
  /** Keys in full (`project:key`), values as text; structured ones as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

/** Reads Pulumi.yaml and Pulumi.<stack>.yaml. Throws an `InputError` that names file, line and key. */
export const readProject = (directory: string, stack: string): Project => {
  const file = join(directory, "Pulumi.yaml");
  if (!existsSync(file))
    throw new InputError(`no Pulumi.yaml in ${resolve(directory)}; run nexus in the folder of a Pulumi project`);
  const yaml = readMapping(file);
  const name = yaml["name"];
  if (typeof name !== "string") throw new InputError(`${file}: "name" is missing; give the project a name`);
  requireNode(file, yaml["runtime"]);
  return {
    name,
    stack,
    rootDirectory: resolve(directory),
    ...locateProgram(file, resolve(directory), yaml["main"]),
    config: { ...projectConfig(file, name, yaml["config"]), ...stackConfig(directory, name, stack) },
  };
};

const requireNode = (file: string, runtime: unknown): void => {
  const name = isMapping(runtime) ? runtime["name"] : runtime;
  if (name !== "nodejs")
    throw new InputError(`${file}: runtime ${JSON.stringify(name)} does not run locally; only nodejs does`);
};

const locateProgram = (file: string, root: string, main: unknown) => {
  if (main === undefined || main === null || main === "") return { workingDirectory: root, entryPoint: "." };
  const path = typeof main === "string" ? (isAbsolute(main) ? main : join(root, main)) : undefined;
  if (path === undefined || !existsSync(path))
    throw new InputError(`${file}: "main" is ${JSON.stringify(main)}, which does not exist`);
  return statSync(path).isDirectory()
    ? { workingDirectory: path, entryPoint: "." }
    : { workingDirectory: dirname(path), entryPoint: basename(path) };
};

/** Defaults of the project: `key: value`, or `key: { value }` / `key: { type, default }`. */
const projectConfig = (file: string, project: string, block: unknown): Record<string, string> => {
  if (block === undefined || block === null) return {};
  if (!isMapping(block)) throw new InputError(`${file}: "config" is not a mapping of keys to values`);
  const values = Object.entries(block).flatMap(([key, declared]): [string, string][] => {
    const value = isMapping(declared) ? (declared["value"] ?? declared["default"]) : declared;
    return value === undefined || value === null ? [] : [[fullKey(project, key), toText(value)]];
  });
  return Object.fromEntries(values);
};

const stackConfig = (directory: string, project: string, stack: string): Record<string, string> => {
  const file = join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(file))
    throw new InputError(`no ${file} for stack ${JSON.stringify(stack)}; create it, or name another with --stack`);
  const block = readMapping(file)["config"] ?? {};
  if (!isMapping(block)) throw new InputError(`${file}: "config" is not a mapping of keys to values`);
  return Object.fromEntries(
    Object.entries(block).map(([key, value]) => {
      if (isMapping(value) && "secure" in value)
        throw new InputError(
          `${file}: ${key} is encrypted and cannot be read without its passphrase; keep local values in a stack of your own, in plain`,
        );
      return [fullKey(project, key), toText(value)];
    }),
  );
};

const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

const toText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readMapping = (file: string): Record<string, unknown> => {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(`${file}:${line}:${col}: not valid YAML: ${error.message}`);
  }
  const value: unknown = document.toJS() ?? {};
  if (!isMapping(value)) throw new InputError(`${file}: not a YAML mapping`);
  return value;
};
