// start-once.ts DATA_FOLDER: brings the dev stack up, places one order, plays the journey and ends. Prints its times, on
// the clock that began with the process, as one line of JSON.
import { randomUUID } from "node:crypto";
import { apiClient } from "../../cli/client/api-client.ts";
import { eventually } from "../../cli/client/eventually.ts";
import { runJourney } from "../../cli/journey.ts";
import { keepCompiledCode } from "../../local/compile-cache.ts";

export interface StartTimes {
  readonly readyMs: number;
  /** The order placed at once is found by a query. */
  readonly projectedMs: number;
  /** Of the journey alone. */
  readonly journeyMs: number;
  /** Resident memory after the journey. */
  readonly memoryMegabytes: number;
}

const [dataDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error("usage: start-once.ts DATA_FOLDER");

keepCompiledCode(process.cwd());
const { startStack } = await import("../../local/stack.ts");
const stack = await startStack({
  directory: process.cwd(),
  stack: "dev",
  dataDirectory,
  port: 0,
  readModel: "sqlite",
});
const readyMs = performance.now();

const api = apiClient(stack.running);
const aggregateId = `order-${randomUUID()}`;
const answer = await api.command({
  type: "PlaceOrder",
  aggregateId,
  payload: {
    customerId: aggregateId,
    country: "United Kingdom",
    currency: "GBP",
    lines: [{ sku: "71053", description: "White metal lantern", quantity: 6, unitPriceMinor: 339 }],
  },
});
if (!answer.accepted) throw new Error(`the order was refused: ${JSON.stringify(answer.problem)}`);
const find = async () => {
  const { items } = await api.query({ resource: "order-list", parameters: { customerId: aggregateId } });
  return items[0];
};
await eventually(find, { what: "the first order in order-list", deadlineMs: 60_000, intervalMs: 5 });
const projectedMs = performance.now();

const journey = await runJourney(stack.running);
if (!journey.ok) throw new Error(`the journey failed: ${JSON.stringify(journey.stages.find(({ ok }) => !ok))}`);
const times: StartTimes = {
  readyMs,
  projectedMs,
  journeyMs: performance.now() - projectedMs,
  memoryMegabytes: process.memoryUsage.rss() / 2 ** 20,
};
await stack.close();
process.stdout.write(`${JSON.stringify(times)}\n`);
process.exit(0);
