import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CompatibilityMode } from "../../runtime/kernel/compatibility/check-compatibility.ts";
import { badInput } from "../failure.ts";
import { coloursFor } from "../output/colours.ts";
import { renderTable } from "../output/table.ts";
import { findProject } from "../project.ts";
import type { Finding } from "../schema/render.ts";
import type { SchemaSet, SchemaVersion } from "../schema/schema-set.ts";

type Format = "text" | "json" | "github";

interface OutputOptions {
  readonly format: Format;
  readonly json?: true;
}

interface CompareOptions extends OutputOptions {
  readonly mode: CompatibilityMode;
}

interface CheckOptions extends CompareOptions {
  readonly schemas?: string;
  readonly against?: string;
}

interface ListOptions {
  readonly schemas?: string;
  readonly json?: true;
}

const MODES: readonly CompatibilityMode[] = [
  ...(["BACKWARD", "FORWARD", "FULL"] as const),
  ...(["BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"] as const),
];

const MODES_HELP = `
Modes: BACKWARD: who reads with the new schema must take what was written with the old one. FORWARD: the other way
round. FULL: both. With _TRANSITIVE of every earlier version, else of the one before.
Exit code: 0 compatible, 1 incompatible or undecided, 2 bad input.`;

const CHECK_HELP = `
A published version that is gone breaks its readers. One that was edited must be compatible with what it was. A new
version must be compatible with those before it. Without a commit or --against, every version counts as new.
A finding that is undecided can be waived in the new schema, with the reason:
  "x-nexus-waiver": [{ "rule": "nexus-schema-undecided", "path": "/properties/code/pattern", "reason": "..." }]
${MODES_HELP}`;

export const register = (program: Command): void => {
  const schema = program.command("schema").summary("compare, list and show schemas").description("Work with schemas.");
  const compare = (command: Command, mode: CompatibilityMode): Command =>
    command
      .addOption(new Option("--mode <mode>", "who must be able to read what").default(mode).argParser(parseMode))
      .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "github"]).default("text"))
      .option("--json", "the same as --format json");

  compare(schema.command("check"), "BACKWARD_TRANSITIVE")
    .summary("tell whether changed schemas break their readers")
    .description(
      "Compare the project's schemas with those that are published, and new versions with those before them.",
    )
    .option("--against <ref|dir>", "a folder, or a commit, branch or tag (default: HEAD, where there is one)")
    .option("--schemas <dir>", "folder of the schemas (default: schemas)")
    .addHelpText("after", CHECK_HELP)
    .action(check);
  compare(schema.command("diff <old> <new>"), "BACKWARD")
    .summary("compare any two JSON Schemas")
    .description("Compare two files, JSON Schema 2020-12 or Draft-07.")
    .addHelpText("after", MODES_HELP)
    .action(diff);
  schema
    .command("list")
    .summary("list the schemas of the project")
    .option("--schemas <dir>", "folder of the schemas (default: schemas)")
    .option("--json", "a JSON array")
    .action(list);
  schema
    .command("show <name>")
    .summary("print a schema: OrderPlaced for its last version, or OrderPlaced.v1")
    .option("--schemas <dir>", "folder of the schemas (default: schemas)")
    .action(show);
};

const parseMode = (value: string): CompatibilityMode => {
  const mode = MODES.find((known) => known === value.toUpperCase().replaceAll("-", "_"));
  if (mode === undefined) throw badInput(`--mode ${value}: must be one of ${MODES.join(", ")}`);
  return mode;
};

const check = async (options: CheckOptions): Promise<void> => {
  // The comparison is a good part of the code of this command line: no other command has to load it.
  const { runCheck } = await import("../schema/run-check.ts");
  const { findings, total, base } = runCheck(options);
  const beside = base === undefined ? "nothing published" : base.name;
  const failed = findings.filter(({ verdict }) => verdict !== "compatible").length;
  const summary = `${total} schemas beside ${beside}: ${findings.length} compared, ${failed} not compatible`;
  await print(findings, options, { summary, withFiles: true });
};

const diff = async (before: string, after: string, options: CompareOptions): Promise<void> => {
  const { checkCompatibility } = await import("../../runtime/kernel/compatibility/check-compatibility.ts");
  const { parseJson } = await import("../schema/json-text.ts");
  const text = readInput(after);
  const [old, next] = [parseJson(before, readInput(before)), parseJson(after, text)];
  for (const [file, schema] of [
    [before, old],
    [after, next],
  ] as const)
    await assertSchema(file, schema);
  const report = checkCompatibility([old], next, options.mode);
  await print([{ file: after, against: before, text, ...report }], options, { withFiles: false });
};

/** So that the file that is wrong gets named. */
const assertSchema = async (file: string, schema: unknown): Promise<void> => {
  const { SchemaDocument } = await import("../../runtime/kernel/compatibility/schema-document.ts");
  try {
    new SchemaDocument(schema);
  } catch (error) {
    throw badInput(`${file}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};

const readInput = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw badInput(`${file}: cannot be read (${reason})`, error);
  }
};

const print = async (
  findings: readonly Finding[],
  { format, json }: OutputOptions,
  { summary, withFiles }: { readonly summary?: string; readonly withFiles: boolean },
): Promise<void> => {
  const { renderGithub, renderJson, renderText, worst } = await import("../schema/render.ts");
  const text = {
    json: () => renderJson(findings, withFiles),
    github: () => renderGithub(findings),
    text: () => [renderText(findings, coloursFor(process.stdout)), summary].filter(Boolean).join("\n"),
  }[json ? "json" : format]();
  process.stdout.write(text === "" ? "" : `${text}\n`);
  if (worst(findings) !== "compatible") process.exitCode = 1;
};

const readSchemas = async ({ schemas }: ListOptions): Promise<{ set: SchemaSet; shown: (path: string) => string }> => {
  const { readSchemaFolder } = await import("../schema/schema-set.ts");
  const folder = schemas === undefined ? findProject().schemas : resolve(schemas);
  const shown = (path: string) => relative(process.cwd(), resolve(folder, path));
  return { set: readSchemaFolder(folder, shown), shown };
};

const list = async (options: ListOptions): Promise<void> => {
  const { set, shown } = await readSchemas(options);
  const rows = [...set.values()].map(({ path, aggregate, kind, name, version, schema }) => {
    const mark = member(schema, "x-nexus");
    const route = member(mark, "route");
    return { aggregate, kind, name, version, route: typeof route === "string" ? route : null, file: shown(path) };
  });
  if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    const head = ["AGGREGATE", "KIND", "NAME", "VERSION", "ROUTE", "FILE"];
    const cells = rows.map((row) => [
      row.aggregate,
      row.kind,
      row.name,
      String(row.version),
      row.route ?? "",
      row.file,
    ]);
    process.stdout.write(`${renderTable(head, cells, ["VERSION"])}\n`);
  }
};

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const show = async (name: string, options: ListOptions): Promise<void> => {
  const { set } = await readSchemas(options);
  const versions = [...set.values()].sort((a, b) => a.version - b.version);
  const found = versions.findLast((version) => version.name === name || fullName(version) === name);
  if (found === undefined) {
    const known = versions.map(fullName).sort().join(", ");
    throw badInput(`there is no schema ${name}; there are: ${known || "none"}`);
  }
  process.stdout.write(found.text.endsWith("\n") ? found.text : `${found.text}\n`);
};

const fullName = ({ name, version }: SchemaVersion): string => `${name}.v${version}`;
