import type { Command } from "commander";
import { jsonPatch } from "../../runtime/adapters/rfc6902/json-patch.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import { type RecordedEvent, recordedEvents } from "../../runtime/kernel/event.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import type { PatchOperation } from "../../runtime/ports/json-patch.ts";
import { type HistoryPoint, POINT, readPoint, versionAtPoint } from "../client/history-point.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { foldTo, freshStream } from "../client/past.ts";
import { badInput, failed } from "../failure.ts";
import { cell, renderTable } from "../output/table.ts";

interface Options extends LogOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: true;
}

const HELP = `
  nexus diff order-1 --from 1
  nexus diff order-1 --from 2026-01-31T12:00:00Z --to 2026-02-01T00:00:00Z --json`;

export const register = (program: Command): void => {
  addLogOptions(program.command("diff <aggregateId>"))
    .summary("print how an aggregate changed, and by which events")
    .description("Compare the states of an aggregate at two points of its log, folded by the project's service.")
    .requiredOption("--from <point>", `${POINT}; 0 is before the first event`)
    .option("--to <point>", `${POINT} (default: now)`)
    .option("--json", "a JSON Patch (RFC 6902) and the events, as one object")
    .addHelpText("after", HELP)
    .action(run);
};

interface Difference {
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly from: { readonly version: number };
  readonly to: { readonly version: number };
  readonly patch: readonly PatchOperation[];
  readonly events: readonly RecordedEvent[];
}

const run = async (aggregateId: string, options: Options): Promise<void> => {
  const from = readPoint("--from", options.from, 0);
  const to = options.to === undefined ? undefined : readPoint("--to", options.to);
  const { events, close } = await openLog(options);
  try {
    const difference = await compare(events, aggregateId, from, to);
    process.stdout.write(`${options.json ? JSON.stringify(difference) : describe(difference)}\n`);
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  } finally {
    await close();
  }
};

const compare = async (
  log: EventStore,
  aggregateId: string,
  fromPoint: HistoryPoint,
  toPoint: HistoryPoint | undefined,
): Promise<Difference> => {
  const from = await versionAtPoint(log, aggregateId, fromPoint);
  const to = await versionAtPoint(log, aggregateId, toPoint);
  if (from > to) throw badInput(`--from lies behind --to: version ${from} and version ${to}`);
  const stream = await freshStream(log, aggregateId);
  for await (const _ of foldTo(stream, log, from));
  const before = plain(stream.state);
  const events: RecordedEvent[] = [];
  for await (const part of foldTo(stream, log, to)) events.push(...recordedEvents(part));
  return {
    ...{ aggregate: stream.definition.name, aggregateId, from: { version: from }, to: { version: to } },
    ...{ patch: jsonPatch(before, plain(stream.state)), events },
  };
};

/** As JSON has it; a reducer may hold on to the state it is given. */
const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state ?? null));

const describe = ({ aggregateId, from, to, patch, events }: Difference): string => {
  const made = events.map(({ version, time, type, data }) => [String(version), time, type, cell(data)]);
  const changes = patch.map((operation) => [
    operation.op,
    operation.path,
    "value" in operation ? cell(operation.value) : "",
  ]);
  return [
    `${aggregateId} from version ${from.version} to version ${to.version}`,
    made.length === 0 ? "no events" : renderTable(["version", "time", "event", "data"], made, ["version"]),
    changes.length === 0 ? "the state is the same" : renderTable(["change", "path", "value"], changes),
  ].join("\n\n");
};
