import type { Command } from "commander";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import { instantMs } from "../../runtime/kernel/instant.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { badInput, failed } from "../failure.ts";
import { cell, renderTable } from "../output/table.ts";

interface Options extends LogOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: true;
}

const HELP = `
  nexus events --from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z
  nexus events --from 2026-01-31T12:00:00Z --json | head`;

export const register = (program: Command): void => {
  addLogOptions(program.command("events"))
    .summary("print what happened in a range of time")
    .description("Print the events of all aggregates from the log, by time.")
    .requiredOption("--from <instant>", "such as 2026-01-31T12:00:00Z; what was committed then is printed too")
    .option("--to <instant>", "the end, which is not part of it (default: now)")
    .option("--json", "an event a line, as JSON")
    .addHelpText("after", HELP)
    .action(run);
};

const run = async ({ from, to, json, ...options }: Options): Promise<void> => {
  const range = {
    from: instant("--from", from),
    to: to === undefined ? new Date().toISOString() : instant("--to", to),
  };
  if (range.from >= range.to) throw badInput(`--from must lie before --to, which is ${range.to}`);
  const { events, close } = await openLog(options);
  try {
    const rows: string[][] = [];
    for await (const page of events.getEventsByTimeRange(range))
      for (const event of page.events)
        if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
        else rows.push([event.time, event.aggregateId, String(event.version), event.type, cell(event.data)]);
    if (json) return;
    const table = renderTable(["time", "aggregate", "version", "event", "data"], rows, ["version"]);
    process.stdout.write(rows.length > 0 ? `${table}\n` : "nothing found\n");
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  } finally {
    await close();
  }
};

const instant = (option: string, text: string): string => {
  const time = instantMs(text);
  if (time === undefined)
    throw badInput(`${option} must be an instant such as 2026-01-31T12:00:00Z, and is not: ${text}`);
  return new Date(time).toISOString();
};
