import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { badInput } from "./failure.ts";

/** The `nexus` section of a project's package.json. Paths are absolute here, relative to the package.json there. */
export interface Project {
  readonly folder: string;
  /** Folder of the schemas. @default schemas */
  readonly schemas: string;
  /** Folder that `nexus generate` writes a folder an aggregate to. @default domain */
  readonly generated: string;
  /** The service module. @default service.ts in the folder of what is generated */
  readonly service: string;
  /** Module of the contract types: a package specifier, or a path when it starts with a dot. @default nexus-blueprint/runtime */
  readonly kernel: string;
  /** Modules with commands of the project's own: `register(program)` each. @default [] */
  readonly commands: readonly string[];
  /** Module that plays what the service does on a stack that has come up; see {@link file://./journey.ts}. */
  readonly journey?: string;
  /** Arguments of a `nexus command` that people can try, for `nexus up` to print. */
  readonly example?: string;
}

const KEYS = ["schemas", "generated", "service", "kernel", "commands", "journey", "example"];

/**
 * The project around a folder: the nearest package.json upwards, or the folder itself when there is none.
 * @throws CliFailure when the section is malformed
 */
export const findProject = (from: string = process.cwd()): Project => {
  const file = nearestPackageJson(resolve(from));
  const folder = file === undefined ? resolve(from) : dirname(file);
  const section = file === undefined ? {} : readSection(file);
  const text = (key: string, fallback: string): string => {
    const value = section[key] ?? fallback;
    if (typeof value !== "string" || value === "") throw badInput(`${file}: nexus.${key} must be a text`);
    return value;
  };
  const generated = resolve(folder, text("generated", "domain"));
  const kernel = text("kernel", "nexus-blueprint/runtime");
  const journey = section["journey"] === undefined ? undefined : text("journey", "");
  const example = section["example"] === undefined ? undefined : text("example", "");
  const commands = section["commands"] ?? [];
  if (!Array.isArray(commands) || commands.some((path) => typeof path !== "string"))
    throw badInput(`${file}: nexus.commands must be a list of paths`);
  return {
    folder,
    schemas: resolve(folder, text("schemas", "schemas")),
    generated,
    service: resolve(folder, text("service", join(generated, "service.ts"))),
    kernel: kernel.startsWith(".") ? resolve(folder, kernel) : kernel,
    commands: commands.map((path) => resolve(folder, path)),
    ...(journey === undefined ? {} : { journey: resolve(folder, journey) }),
    ...(example === undefined ? {} : { example }),
  };
};

const nearestPackageJson = (folder: string): string | undefined => {
  const file = join(folder, "package.json");
  if (readText(file) !== undefined) return file;
  return dirname(folder) === folder ? undefined : nearestPackageJson(dirname(folder));
};

const readSection = (file: string): Readonly<Record<string, unknown>> => {
  let section: unknown;
  try {
    section = (JSON.parse(readText(file) ?? "{}") as { nexus?: unknown }).nexus ?? {};
  } catch (error) {
    throw badInput(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (typeof section !== "object" || section === null || Array.isArray(section))
    throw badInput(`${file}: nexus must be an object`);
  const unknown = Object.keys(section).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw badInput(`${file}: nexus.${unknown} is not known; use ${KEYS.join(", ")}`);
  return { ...section };
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};
