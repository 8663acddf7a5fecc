import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImportReport } from "../examples/retail/command.ts";
import { startStackProcess } from "../test/support/stack-process.ts";
import { type BenchResult, type BenchRow, compareWithAim } from "./result.ts";
import { ROOT, runNode } from "./stack/run-node.ts";
import { type ProcessFigures, watchProcess } from "./stack/watch-process.ts";

/** Imports of all of December 2010, each into a new stack. */
const ROUNDS = 3;

interface Round extends ProcessFigures {
  readonly report: ImportReport;
}

/** The Online Retail CSVs, a file a day, of the folder in `NEXUS_RETAIL_DATA`. */
const december = (): string[] => {
  const folder = process.env["NEXUS_RETAIL_DATA"] ?? join(ROOT, "../shared/data/online-retail");
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^2010-12-\d\d\.csv$/.test(file)) : [];
  if (files.length === 0)
    throw new Error(`no Online Retail CSVs (2010-12-01.csv, ...) in ${folder}; set NEXUS_RETAIL_DATA to their folder`);
  return files.sort().map((file) => join(folder, file));
};

const round = async (files: readonly string[]): Promise<Round> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-import-"));
  const data = join(folder, "data");
  const stack = await startStackProcess(data);
  try {
    const figures = watchProcess(stack.running.pid);
    const report = await runNode<ImportReport>("cli/main.ts", "import-retail", ...files, "--data", data, "--json");
    return { report, ...figures() };
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The dev stack under the import of every invoice of a month, sent as `nexus import-retail` sends them by default. */
export const run = async (): Promise<BenchResult> => {
  const files = december();
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) rounds.push(await round(files));
  const row = (what: string, unit: string, aim: number, value: (round: Round) => number): BenchRow =>
    compareWithAim({ case: what, aim, unit, better: "smaller", ours: rounds.map(value) });
  return {
    name: "import",
    versions: { node: process.version, files: String(files.length), invoices: String(rounds[0]?.report.invoices) },
    rows: [
      row("whole import, until the read model agrees", "s", 60, ({ report }) => report.seconds),
      row("commit to notification, p50", "ms", 250, ({ report }) => report.lagMs.p50 ?? Number.NaN),
      row("commit to notification, p99", "ms", 250, ({ report }) => report.lagMs.p99 ?? Number.NaN),
      row("largest memory of the stack", "MB", 700, ({ memoryMegabytes }) => memoryMegabytes),
      row(
        "processor time of the stack an invoice, all functions included",
        "ms",
        25,
        ({ cpuSeconds, report }) => ((cpuSeconds ?? Number.NaN) * 1000) / report.invoices,
      ),
    ],
  };
};
