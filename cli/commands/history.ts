import type { Command } from "commander";
import { sha256 } from "../../runtime/adapters/node/sha256.ts";
import { exportHistory } from "../../runtime/application/history-export.ts";
import { commitUpTo } from "../../runtime/application/log-position.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import { type RecordedEvent, recordedEvents } from "../../runtime/kernel/event.ts";
import type { EventStore, ReadOptions } from "../../runtime/ports/event-store.ts";
import { type HistoryPoint, POINT, readPoint, versionAtPoint } from "../client/history-point.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { foldTo, freshStream } from "../client/past.ts";
import { badInput, failed } from "../failure.ts";
import { cell, renderTable } from "../output/table.ts";

interface Options extends LogOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: readonly string[];
  readonly newest?: true;
  readonly json?: true;
  readonly state?: true;
  readonly export?: true;
}

const HELP = `
  nexus history order-1
  nexus history order-1 --newest --type OrderCancelled
  nexus history order-1 --to 2026-01-31T12:00:00Z --state
  nexus history order-1 --export > order-1.ndjson; nexus verify --export order-1.ndjson`;

export const register = (program: Command): void => {
  addLogOptions(program.command("history <aggregateId>"))
    .summary("print what happened to an aggregate")
    .description("Print the events of an aggregate from the log, or export them with a proof that they are all.")
    .option("--from <point>", `${POINT}: events from there on`)
    .option("--to <point>", `${POINT}: events up to there, that one included`)
    .option("--type <event...>", "events of these types alone")
    .option("--newest", "the newest first")
    .option("--json", "an event a line, as JSON")
    .option("--state", "the state that the events up to --to led to, in place of them")
    .option("--export", "every commit a line, as JSON, and the proof in the last one; nexus verify reads it")
    .addHelpText("after", HELP)
    .action(run);
};

const run = async (aggregateId: string, options: Options): Promise<void> => {
  const { from, to, type: types, newest } = options;
  if (options.export && (from ?? to ?? types ?? newest ?? options.state) !== undefined)
    throw badInput("--export gives the whole history: leave out --from, --to, --type, --newest and --state");
  if (options.state && (from ?? types ?? newest) !== undefined)
    throw badInput("--state is what all events up to --to led to: leave out --from, --type and --newest");
  const first = from === undefined ? undefined : readPoint("--from", from);
  const last = to === undefined ? undefined : readPoint("--to", to);
  const { events, close } = await openLog(options);
  try {
    if (options.export) await printExport(events, aggregateId);
    else if (options.state) await printState(events, aggregateId, last);
    else {
      const range: ReadOptions = {
        ...(first === undefined ? {} : { fromVersion: await firstVersion(events, aggregateId, first) }),
        ...(last === undefined ? {} : { toVersion: await lastVersionOf(events, aggregateId, last) }),
        ...(types === undefined ? {} : { types }),
        ...(newest ? { direction: "backward" } : {}),
      };
      await printEvents(events, aggregateId, range, options.json === true);
    }
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  } finally {
    await close();
  }
};

/** A version needs no look at the log: where it ends before, there is nothing to print. */
const lastVersionOf = async (events: EventStore, aggregateId: string, point: HistoryPoint): Promise<number> =>
  "version" in point ? point.version : versionAtPoint(events, aggregateId, point);

/** What was committed at the very instant belongs to what comes from there on. */
const firstVersion = async (events: EventStore, aggregateId: string, point: HistoryPoint): Promise<number> => {
  if ("version" in point) return point.version;
  const before = new Date(Date.parse(point.instant) - 1).toISOString();
  return (await versionAtPoint(events, aggregateId, { instant: before })) + 1;
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

const printState = async (events: EventStore, aggregateId: string, point: HistoryPoint | undefined): Promise<void> => {
  const version = await versionAtPoint(events, aggregateId, point);
  const stream = await freshStream(events, aggregateId);
  for await (const _ of foldTo(stream, events, version));
  const { definition, head, state } = stream;
  const answer = { aggregate: definition.name, aggregateId, version, committedAt: head.committedAt, state };
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
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
  if (!found && (await commitUpTo(store, aggregateId)) === undefined) throw unknown(aggregateId);
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
