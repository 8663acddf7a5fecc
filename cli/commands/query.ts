import Table from "cli-table3";
import type { Command } from "commander";
import { ApiProblem, apiClient, type QueryPage } from "../client/api-client.ts";
import { addStackOptions, requireStack, type StackOptions } from "../client/stack-option.ts";
import { badInput, failed } from "../failure.ts";
import { cell } from "../output/table.ts";

interface Options extends StackOptions {
  readonly filter?: Readonly<Record<string, string>>;
  readonly q?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly json?: true;
}

const HELP = `
  nexus query order-list --filter status=placed --filter from.placedAt=2010-12-01T00:00:00Z --sort -totalMinor
  nexus query order-search --q lantern`;

export const register = (program: Command): void => {
  addStackOptions(program.command("query <resource>"))
    .summary("query a read model of the running stack")
    .description("Query a read model such as order-list over the HTTP API.")
    .option("--filter <field=value>", "a field's value; from.<field> and to.<field> give a range; repeatable", filter)
    .option("--q <text>", "full text")
    .option("--sort <field>", "the field to sort by; -field for descending")
    .option("--limit <n>", "items a page, 1 to 100 (default: 20)")
    .option("--cursor <cursor>", "the next page, as the page before said")
    .option("--json", "print the answer as it came")
    .addHelpText("after", HELP)
    .action(run);
};

const run = async (resource: string, options: Options): Promise<void> => {
  const { sort, limit, cursor, q } = options;
  const named = Object.entries({ sort, limit, cursor }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const parameters = { ...options.filter, ...Object.fromEntries(named) };
  const page = await apiClient(requireStack(options))
    .query({ resource, parameters, ...(q === undefined ? {} : { text: q }) })
    .catch((error: unknown) => {
      throw error instanceof ApiProblem ? failed(`the query was refused: ${error.message}`, error) : error;
    });
  process.stdout.write(options.json ? `${JSON.stringify(page)}\n` : `${table(page)}\n`);
};

const filter = (value: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = value.indexOf("=");
  if (at < 1) throw badInput(`--filter must be field=value, not ${value}`);
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
};

/** The items as a table with a column a field, and how many more there are. */
export const table = ({ items, total, cursor }: QueryPage): string => {
  if (items.length === 0) return "nothing found";
  const fields = [...new Set(["id", "version", ...items.flatMap((item) => Object.keys(item))])];
  const shown = fields.filter((field) => items.some((item) => cell(item[field]) !== ""));
  const rows = new Table({ head: shown, style: { head: [], border: [], compact: true } });
  rows.push(...items.map((item) => shown.map((field) => cell(item[field]))));
  const rest = cursor === undefined ? "" : `; more with --cursor ${cursor}`;
  return `${rows.toString()}\n${items.length} of ${total}${rest}`;
};
