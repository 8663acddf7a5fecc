import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { apiClient, type CommandRequest, describeProblem } from "../client/api-client.ts";
import { addDataDirOption, isFolder, requireStack } from "../client/stack-option.ts";
import { badInput, failed } from "../failure.ts";

interface Options {
  readonly data?: readonly string[];
  readonly dataDir?: string;
  readonly aggregateId?: string;
  readonly expectedVersion?: number;
  readonly key?: string;
}

const HELP = `
The data is either the payload, with --aggregate-id, or the whole body:
  nexus command PlaceOrder --aggregate-id order-1 --data '{"country":"EIRE","currency":"GBP","lines":[...]}'
  nexus command CancelOrder --data '{"aggregateId":"order-1","payload":{"reason":"changed my mind"}}'
  nexus command PlaceOrder --data @order.json        from a file; --data - reads standard input
--data is the payload here; name the stack by --data-dir. A --data that is an existing folder is taken for it too.
Exit code: 0 accepted, 1 refused, 2 bad input.`;

export const register = (program: Command): void => {
  const command = program
    .command("command <type>")
    .summary("send a command to the running stack")
    .description("Send a command such as PlaceOrder over the HTTP API and print the answer as JSON.")
    .option("--data <json>", "payload or body: JSON, @file or - for standard input", collect)
    .option("--aggregate-id <id>", "the aggregate, when --data is the payload alone")
    .option("--expected-version <n>", "refuse unless the aggregate is at this version", integer)
    .option("--key <key>", "Idempotency-Key: the same key and body again get the first answer (default: a new UUID)");
  addDataDirOption(command).addHelpText("after", HELP).action(run);
};

const run = async (type: string, options: Options): Promise<void> => {
  const { folder, data } = separate(options.data ?? []);
  const request = readRequest(type, await readData(data), options);
  const dataDir = options.dataDir ?? folder;
  const answer = await apiClient(requireStack(dataDir === undefined ? {} : { dataDir })).command(request);
  process.stdout.write(`${JSON.stringify(answer.accepted ? answer.receipt : answer.problem, null, 2)}\n`);
  if (!answer.accepted) throw failed(`${type} was refused: ${describeProblem(answer.problem)}`);
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const integer = (value: string): number => {
  if (!/^\d+$/.test(value)) throw badInput(`--expected-version must be a whole number from 0, not ${value}`);
  return Number(value);
};

/** Of the values of --data, the one that is a folder names the stack: everywhere else the option means that. */
export const separate = (
  values: readonly string[],
  isStackFolder: (value: string) => boolean = isFolder,
): { folder: string | undefined; data: string } => {
  const folders = values.filter((value) => isStackFolder(value));
  const others = values.filter((value) => !isStackFolder(value));
  if (folders.length > 1) throw badInput(`--data names ${folders.length} folders; a stack has one`);
  const [data, second] = others;
  if (data === undefined) throw badInput("--data is missing: the payload as JSON, @file or - for standard input");
  if (second !== undefined) throw badInput("--data is given twice; give one payload");
  return { folder: folders[0], data };
};

const readData = async (data: string): Promise<string> => {
  if (data === "-") return text(process.stdin);
  if (!data.startsWith("@")) return data;
  try {
    return await readFile(data.slice(1), "utf8");
  } catch (error) {
    throw badInput(`--data ${data}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};

/** Makes the request of the data: the payload when the aggregate is named by option, else the whole body. */
export const readRequest = (
  type: string,
  json: string,
  { aggregateId, expectedVersion, key }: Pick<Options, "aggregateId" | "expectedVersion" | "key">,
): CommandRequest => {
  const value = parse(json);
  const options = {
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...(key === undefined ? {} : { key }),
  };
  if (aggregateId !== undefined) return { type, aggregateId, payload: value, ...options };
  const { aggregateId: id, payload, expectedVersion: version, ...unknown } = value;
  if (typeof id !== "string")
    throw badInput('the data names no aggregate: give --aggregate-id, or a body {"aggregateId": ..., "payload": ...}');
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw badInput(`${JSON.stringify(stranger)} does not belong into a body {aggregateId, payload, expectedVersion?}`);
  if (version !== undefined && typeof version !== "number") throw badInput("expectedVersion must be a number");
  return { type, aggregateId: id, payload, ...(version === undefined ? {} : { expectedVersion: version }), ...options };
};

const parse = (json: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw badInput(`the data is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badInput("the data must be an object");
  return { ...value };
};
