import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { type ApiClient, ApiProblem, apiClient } from "../../cli/client/api-client.ts";
import { subscribe } from "../../cli/client/notifications.ts";
import { addStackOptions, requireStack, type StackOptions } from "../../cli/client/stack-option.ts";
import { badInput, failed } from "../../cli/failure.ts";
import type { RunningStack } from "../../local/running-stack.ts";
import type { Invoice } from "./invoice.ts";
import { type Lag, lagMeter } from "./lag.ts";
import { projectionPace } from "./projection-pace.ts";
import { readInvoices } from "./read-invoices.ts";
import { expectedTotals, projectedTotals, type Totals } from "./reckoning.ts";
import { sendInvoices } from "./send-invoices.ts";

interface Options extends StackOptions {
  readonly concurrency: string;
  readonly json?: true;
}

/** What `--json` prints. */
export interface ImportReport {
  readonly invoices: number;
  readonly placed: number;
  readonly cancelled: number;
  /** Commands refused, by error code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly projected: Totals;
  readonly seconds: number;
  readonly lagMs: Lag;
}

/** Enough to keep two cores of a local stack busy; more only wait there. */
const DEFAULT_CONCURRENCY = "4";

export const register = (program: Command): void => {
  addStackOptions(program.command("import-retail <files...>"))
    .summary("import the Online Retail CSVs as orders")
    .description(
      "Send the invoices of the Online Retail data set as commands, in order of invoice date, and reckon what the read " +
        "model then holds. Running it twice changes nothing. lagMs is the time from the commit of an event to the " +
        "notification that order-list has it.",
    )
    .option(
      "--concurrency <n>",
      "commands under way at a time, each until order-list has its event; those of one customer follow each other",
      DEFAULT_CONCURRENCY,
    )
    .option("--json", "print the reckoning as one JSON object")
    .action(run);
};

const run = async (files: readonly string[], options: Options): Promise<void> => {
  if (!/^[1-9]\d{0,2}$/.test(options.concurrency))
    throw badInput(`--concurrency must be 1 to 999, not ${options.concurrency}`);
  const stack = requireStack(options);
  const invoices = await readInvoices(files);
  const { report, expected } = await importInvoices(stack, invoices, Number(options.concurrency));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : summary(report));
  const { projected } = report;
  if (JSON.stringify(projected) !== JSON.stringify(expected))
    throw failed(
      `the read model does not agree with what was accepted: expected ${JSON.stringify(expected)}, ` +
        `found ${JSON.stringify(projected)}`,
    );
};

const importInvoices = async (
  stack: RunningStack,
  invoices: readonly Invoice[],
  concurrency: number,
): Promise<{ report: ImportReport; expected: Totals }> => {
  const api: ApiClient = apiClient(stack);
  const meter = lagMeter();
  const pace = projectionPace();
  const feed = await subscribe(stack, "orders", (notification) => {
    meter.note(notification);
    pace.note(notification);
  });
  const bar = new SingleBar({
    format: "{bar} {percentage}% | {value}/{total} invoices | {eta_formatted} left",
    clearOnComplete: true,
  });
  const startedAt = performance.now();
  bar.start(invoices.length, 0);
  try {
    const sent = await sendInvoices(api, invoices, {
      concurrency,
      seen: pace.seen,
      onSent: () => bar.increment(),
    });
    const projected = await projectedTotals(api, sent).catch((error: unknown) => {
      throw error instanceof ApiProblem ? failed(`the query was refused: ${error.message}`, error) : error;
    });
    const report = {
      invoices: invoices.length,
      placed: sent.placed.length,
      cancelled: sent.cancelled.size,
      refused: sent.refused,
      projected,
      seconds: Math.round(performance.now() - startedAt) / 1000,
      lagMs: meter.lag(),
    };
    return { report, expected: expectedTotals(sent) };
  } finally {
    bar.stop();
    await feed.close();
  }
};

const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

const summary = ({ invoices, placed, cancelled, refused, projected, seconds, lagMs }: ImportReport): string => {
  const refusals = Object.entries(refused).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    ["invoices read", invoices],
    ["placed", placed],
    ["cancelled", cancelled],
    ...refusals.map(([code, count]) => [`refused ${code}`, count]),
    ["read model: orders", projected.orders],
    ["read model: cancelled", projected.cancelled],
    ["read model: revenue", pounds.format(projected.revenueMinor / 100)],
    ["seconds", seconds],
    ...(lagMs.p50 === null ? [] : [["lag p50 / p99", `${lagMs.p50} / ${lagMs.p99} ms`]]),
  ];
  return lines.map(([name, value]) => `${String(name).padEnd(32)}${value}\n`).join("");
};
