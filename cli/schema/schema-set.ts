import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { badInput } from "../failure.ts";
import { parseJson } from "./json-text.ts";

/** One version of a schema of an event or a command, as a file. */
export interface SchemaVersion {
  /** Within the folder of the schemas, with slashes: `order/OrderPlaced.v1.json`. */
  readonly path: string;
  readonly aggregate: string;
  readonly kind: "event" | "command";
  readonly name: string;
  /** From 1. */
  readonly version: number;
  readonly text: string;
  readonly schema: unknown;
}

/** By path. */
export type SchemaSet = ReadonlyMap<string, SchemaVersion>;

const PATH = /^([^/]+)\/(commands\/)?([A-Z][A-Za-z0-9]*)\.v([1-9][0-9]*)\.json$/;

/** Whether a file of this path belongs to the schemas: `<aggregate>/*.json` and `<aggregate>/commands/*.json`. */
export const isSchemaPath = (path: string): boolean => /^[^/]+\/(commands\/)?[^/]+\.json$/.test(path);

/**
 * Reads a schema by its path and text.
 * @param shown how messages name the file
 * @throws CliFailure when the name or the text is not one of a schema
 */
export const schemaVersion = (path: string, text: string, shown: string): SchemaVersion => {
  const [, aggregate, commands, name, version] = PATH.exec(path) ?? [];
  if (aggregate === undefined || name === undefined)
    throw badInput(`${shown}: must be named <Name>.v<n>.json, such as OrderPlaced.v1.json`);
  const kind = commands === undefined ? "event" : "command";
  return { path, aggregate, kind, name, version: Number(version), text, schema: parseJson(shown, text) };
};

/**
 * Reads the schemas below a folder.
 * @param shown how messages name a file
 * @throws CliFailure when there is no such folder, or a file in it is no schema
 */
export const readSchemaFolder = (folder: string, shown: (path: string) => string): SchemaSet => {
  let paths: string[];
  try {
    paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw badInput(`${folder}: cannot be read as a folder of schemas (${reason})`, error);
  }
  const sorted = paths.map((path) => path.replaceAll("\\", "/")).filter(isSchemaPath);
  return setOf(sorted.sort().map((path) => schemaVersion(path, readFileSync(join(folder, path), "utf8"), shown(path))));
};

export const setOf = (versions: readonly SchemaVersion[]): SchemaSet =>
  new Map(versions.map((version) => [version.path, version]));
