import type { Command } from "commander";
import { sha256 } from "../../runtime/adapters/node/sha256.ts";
import { exportHistory } from "../../runtime/application/history-export.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import { type RecordedEvent, recordedEvents } from "../../runtime/kernel/event.ts";
import type { EventStore, ReadOptions } from "../../runtime/ports/event-store.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { badInput, failed } from "../failure.ts";
import { cell, renderTable } from "../output/table.ts";

interface Options extends LogOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: readonly string[];
  readonly newest?: true;
  readonly json?: true;
  readonly export?: true;
}

const HELP = `
  nexus history order-1
  nexus history order-1 --newest --type OrderCancelled
  nexus history order-1 --export > order-1.ndjson; nexus verify --export order-1.ndjson`;

export const register = (program: Command): void => {
  addLogOptions(program.command("history <aggregateId>"))
    .summary("print what happened to an aggregate")
    .description("Print the events of an aggregate from the log, or export them with a proof that they are all.")
    .option("--from <version>", "the first version")
    .option("--to <version>", "the last version")
    .option("--type <event...>", "events of these types alone")
    .option("--newest", "the newest first")
    .option("--json", "an event a line, as JSON")
    .option("--export", "every commit a line, as JSON, and the proof in the last one; nexus verify reads it")
    .addHelpText("after", HELP)
    .action(run);
};

const run = async (aggregateId: string, options: Options): Promise<void> => {
  const { from, to, type: types, newest } = options;
  if (options.export && (from ?? to ?? types ?? newest) !== undefined)
    throw badInput("--export gives the whole history: leave out --from, --to, --type and --newest");
  const range: ReadOptions = {
    ...(from === undefined ? {} : { fromVersion: version("--from", from) }),
    ...(to === undefined ? {} : { toVersion: version("--to", to) }),
    ...(types === undefined ? {} : { types }),
    ...(newest ? { direction: "backward" } : {}),
  };
  const { events, close } = await openLog(options);
  try {
    if (options.export) await printExport(events, aggregateId);
    else await printEvents(events, aggregateId, range, options.json === true);
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  } finally {
    await close();
  }
};

const version = (option: string, text: string): number => {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw badInput(`${option} must be a version from 1, not ${text}`);
};

const unknown = (aggregateId: string) => failed(`the log has no ${aggregateId}`);

const printExport = async (events: EventStore, aggregateId: string): Promise<void> => {
  let commits = 0;
  for await (const line of exportHistory(aggregateId, events.getEvents(aggregateId), sha256)) {
    // The proof of nothing is no history.
    if (commits === 0 && line.startsWith('{"proof"')) throw unknown(aggregateId);
    process.stdout.write(`${line}\n`);
    commits += 1;
  }
};

const printEvents = async (
  store: EventStore,
  aggregateId: string,
  range: ReadOptions,
  json: boolean,
): Promise<void> => {
  const rows: string[][] = [];
  let found = false;
  for await (const event of eventsOf(store, aggregateId, range)) {
    found = true;
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else rows.push([String(event.version), event.time, event.type, event.commandId, cell(event.data)]);
  }
  if (!found && range.types === undefined && range.fromVersion === undefined) throw unknown(aggregateId);
  if (json) return;
  const table = renderTable(["version", "time", "event", "command", "data"], rows, ["version"]);
  process.stdout.write(found ? `${table}\n` : "nothing found\n");
};

/** The events themselves, where the log gives the whole commits that hold them. */
async function* eventsOf(store: EventStore, aggregateId: string, range: ReadOptions): AsyncGenerator<RecordedEvent> {
  const { fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER, types, direction } = range;
  for await (const { commits } of store.getEvents(aggregateId, range))
    for (const commit of commits) {
      const events = recordedEvents(commit).filter(
        (event) => event.version >= fromVersion && event.version <= toVersion && (types?.includes(event.type) ?? true),
      );
      yield* direction === "backward" ? events.reverse() : events;
    }
}
