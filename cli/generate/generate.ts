import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { CONTRACTS_FILE, renderAggregate, VALIDATORS_FILE } from "./render.ts";
import { readSchemas } from "./schema-files.ts";

export interface GenerateOptions {
  /** Folder of the schemas. */
  readonly schemas: string;
  /** Folder that gets a folder an aggregate. */
  readonly out: string;
  /** Where the contract types come from: a package specifier, or the absolute path of a module. */
  readonly kernel: string;
}

const GENERATED = [CONTRACTS_FILE, VALIDATORS_FILE];

/**
 * The generated files by absolute path; the same schemas give the same text on every machine.
 * @throws SchemaProblems
 */
export const render = async ({ schemas, out, kernel }: GenerateOptions): Promise<Map<string, string>> => {
  const byAggregate = Map.groupBy(await readSchemas(resolve(schemas)), ({ aggregate }) => aggregate);
  const rendered = new Map<string, string>();
  for (const [aggregate, files] of byAggregate) {
    const folder = resolve(out, aggregate);
    const texts = await renderAggregate(aggregate, files, kernelSpecifier(kernel, folder));
    for (const [name, text] of texts) rendered.set(join(folder, name), text);
  }
  return rendered;
};

/** Writes what has changed and returns the paths of it. */
export const generate = async (options: GenerateOptions): Promise<string[]> => {
  const written: string[] = [];
  for (const [path, text] of await render(options)) {
    if ((await read(path)) === text) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    written.push(path);
  }
  return written;
};

/** The generated files that are missing, differ from what the schemas give, or belong to no schema any more. */
export const findStale = async (options: GenerateOptions): Promise<string[]> => {
  const rendered = await render(options);
  const stale: string[] = [];
  for (const [path, text] of rendered) if ((await read(path)) !== text) stale.push(path);
  for (const folder of await readdir(resolve(options.out), { withFileTypes: true }).catch(() => []))
    for (const name of GENERATED) {
      const path = resolve(options.out, folder.name, name);
      if (!rendered.has(path) && (await read(path)) !== undefined) stale.push(path);
    }
  return stale;
};

const kernelSpecifier = (kernel: string, folder: string): string => {
  if (!isAbsolute(kernel)) return kernel;
  const path = relative(folder, kernel).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
};

const read = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
};
