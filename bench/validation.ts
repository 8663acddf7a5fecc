// Validation of an order as the append port does it, through the cache of the registry, beside Ajv alone.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { schemaAjv } from "../cli/generate/schema-rules.ts";
import { MemorySchemaStore } from "../runtime/adapters/memory/memory-schema-store.ts";
import { nodeRuntime } from "../runtime/adapters/node/node-runtime.ts";
import { SchemaRegistry } from "../runtime/application/schema-registry.ts";
import { orderPlacedV2 } from "../runtime/domain/order/contracts.gen.ts";
import service from "../runtime/domain/service.ts";
import { ServiceCatalog } from "../runtime/kernel/catalog.ts";
import type { Telemetry } from "../runtime/ports/runtime.ts";
import { type BenchResult, compare, median } from "./result.ts";

const ROUNDS = 21;
/** A rate is the best of several bursts, each short enough to run undisturbed on a machine that does other things too. */
const BURSTS = 20;
const VALIDATIONS = 1_000;
/** The median of the retail data is 15 positions, the mean 20. */
const LINES = 20;

const lines = Array.from({ length: LINES }, (_, index) => ({
  sku: `${71_000 + index}A`,
  description: "WHITE HANGING HEART T-LIGHT HOLDER",
  quantity: 6 + index,
  unitPriceMinor: 255,
}));
const data = {
  customerId: "17850",
  country: "United Kingdom",
  currency: "GBP",
  channel: "online",
  placedAt: "2010-12-01T08:26:00.000Z",
  lines,
  unitCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  totalMinor: lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0),
};
const events = [{ type: "OrderPlaced", schemaVersion: 2, data }];

const silent: Telemetry = { metric: () => {}, warn: () => {}, error: () => {} };
const version = (name: string): string =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const run = async (): Promise<BenchResult> => {
  const contracts = service.aggregates.flatMap((aggregate) => aggregate.events);
  const registry = new SchemaRegistry({
    catalog: new ServiceCatalog(service),
    store: new MemorySchemaStore(contracts),
    runtime: nodeRuntime,
    telemetry: silent,
  });
  const bare = schemaAjv().compile(orderPlacedV2.schema);

  const ours = async (): Promise<void> => {
    if (!registry.isConfirmed(events)) await registry.confirm(events);
    for (const event of events) registry.validate(event);
  };
  // The same shape of call: a promise for the commit, in it each event.
  const theirs = async (): Promise<void> => {
    for (const event of events) if (!bare(event.data)) throw new Error("the order is not valid");
  };

  const rate = async (validate: () => Promise<void>): Promise<number> => {
    const began = performance.now();
    for (let index = 0; index < VALIDATIONS; index++) await validate();
    return (VALIDATIONS * 1_000) / (performance.now() - began);
  };
  /** Apart from the rate, as reading the clock takes its time too. */
  const p99 = async (validate: () => Promise<void>): Promise<number> => {
    const times = new Float64Array(VALIDATIONS);
    for (let index = 0; index < VALIDATIONS; index++) {
      const before = performance.now();
      await validate();
      times[index] = (performance.now() - before) * 1_000;
    }
    return percentile(times.sort(), 0.99);
  };
  /** Both sides burst by burst in turn: whatever the machine does besides hits both. */
  const round = async () => {
    const bursts = {
      ours: { rates: [] as number[], p99s: [] as number[] },
      theirs: { rates: [] as number[], p99s: [] as number[] },
    };
    for (let burst = 0; burst < BURSTS; burst++)
      for (const [side, validate] of [
        ["ours", ours],
        ["theirs", theirs],
      ] as const) {
        bursts[side].rates.push(await rate(validate));
        bursts[side].p99s.push(await p99(validate));
      }
    const of = ({ rates, p99s }: typeof bursts.ours) => ({ rate: Math.max(...rates), p99: median(p99s) });
    return { ours: of(bursts.ours), theirs: of(bursts.theirs) };
  };

  await round();
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let index = 0; index < ROUNDS; index++) rounds.push(await round());
  const row = (name: string, unit: string, better: "larger" | "smaller", of: "rate" | "p99") =>
    compare({
      case: name,
      reference: "Ajv alone",
      unit,
      better,
      ours: rounds.map((each) => each.ours[of]),
      theirs: rounds.map((each) => each.theirs[of]),
    });
  return {
    name: "validation",
    versions: { node: process.versions.node, ajv: version("ajv") },
    rows: [
      row(`an order of ${LINES} lines, through the registry's cache`, "validations/s", "larger", "rate"),
      row("the same, 99th percentile", "us", "smaller", "p99"),
    ],
  };
};
