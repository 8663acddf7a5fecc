import { readdirSync, readFileSync } from "node:fs";
import { type BenchResult, cellsOf } from "../../bench/result.ts";
import { code, page, table } from "./markdown.ts";

const RESULTS = new URL("../../bench/results/", import.meta.url);

/** What each benchmark is to show. A figure that misses its aim stands in the table like any other. */
const AIMS: Readonly<Record<string, string>> = {
  append: "One event: at least 0.9x the bare PutItem and 1.8x Castore. Ten at once: at least 6x TransactWriteItems.",
  boot: "Ready within 5,000 ms with the policy gate, first event projected within 6,000 ms, restart within 3,000 ms, memory under 700 MB.",
  bundles: "The command function: at most 350 KB read at its start, imported within 80 ms.",
  commands: "At least 10x Emmett, in memory and on SQLite.",
  "handler-cpu": "A warm command: 99th percentile at most 2 ms of CPU. The snapshot trigger: under 0.1 ms.",
  import: "All of December within 60 s, 99th percentile from commit to query under 250 ms, memory under 700 MB.",
  "local-dynamodb": "At least 3x DynamoDB Local.",
  "policy-pack": "The pack over the prod graph within 3 s.",
  rehydrate: "Cold: at least 4x Castore and 1.5x emmett-sqlite. From a snapshot: flat within 1.3x.",
  "schema-check": "500 schemas within 2 s.",
  snapshots: "In the table within 5 s of the event that triggers it.",
  "sqlite-append": "At least 20x emmett-sqlite, and no error.",
  validation: "At least 0.95x bare Ajv, 99th percentile under 50 microseconds.",
};

const section = (name: string, { versions, rows }: BenchResult): string =>
  [
    `## ${name}`,
    ...(AIMS[name] === undefined ? [] : [`Aim: ${AIMS[name]}`]),
    code("", `npm run bench -- ${name}`),
    table(
      ["Case", "Reference", "Reference value", "Ours", "Unit", "Ratio", "Range of ours", "Rounds"],
      rows.map(cellsOf),
    ),
    Object.entries(versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(", "),
  ].join("\n\n");

/** The figures as they lie in bench/results/, each with the command that makes it. */
export const benchmarks = (): string =>
  page(
    "Benchmarks",
    "Ours and the reference run in turn, in the same run. Medians; the ratio is ours over the reference in the sense " +
      "that more is better. Measured on a shared machine with two cores, where absolute figures mean little and only " +
      "ratios count. Where a row's reference is an aim, the ratio says how far it is met. The raw figures are in " +
      "`bench/results/`.",
    ...readdirSync(RESULTS)
      .filter((file) => file.endsWith(".json"))
      .toSorted()
      .map((file) =>
        section(file.replace(/\.json$/, ""), JSON.parse(readFileSync(new URL(file, RESULTS), "utf8")) as BenchResult),
      ),
  );
