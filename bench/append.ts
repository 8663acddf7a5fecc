import { readFileSync } from "node:fs";
import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { encodeCommit } from "../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { ServiceCatalog } from "../runtime/kernel/catalog.ts";
import type { CommitDraft } from "../runtime/kernel/commit.ts";
import { RehydratedStream } from "../runtime/kernel/stream.ts";
import service, { counter } from "../test/support/counter/counter-service.ts";
import { createEventsTable } from "../test/support/counter/events-table.ts";
import { startDynamoDbLocal } from "../test/support/engines/dynamodb-local.ts";
import { openCastore } from "./append/castore.ts";
import { type BenchResult, type BenchRow, compare } from "./result.ts";

const CLIENTS = 32;
const ROUNDS = 9;
/** Per client and round. */
const APPENDS = 12;
const REHYDRATED_EVENTS = 10_000;
const TABLE = "events";

const { upcaster } = new ServiceCatalog(service);
const DATA = { amount: 1, unit: "piece", text: "x".repeat(900) };

let ids = 0;
const draft = (aggregateId: string, events: number): CommitDraft => ({
  aggregate: "counter",
  aggregateId,
  commandId: `command-${++ids}`,
  correlationId: `correlation-${ids}`,
  causationId: `command-${ids}`,
  actor: "arn:aws:sts::000000000000:assumed-role/bench/bench",
  commandDigest: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
  decidedAt: "2026-01-31T09:00:00.000Z",
  events: Array.from({ length: events }, () => ({ type: "CounterAdded", schemaVersion: 2, data: DATA })),
});

/** Runs `append` APPENDS times for each of CLIENTS aggregates at once; operations a second. */
const rate = async (append: (aggregateId: string, turn: number) => Promise<unknown>): Promise<number> => {
  const round = ++ids;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let turn = 0; turn < APPENDS; turn++) await append(`bench-${round}-${client}`, turn);
    }),
  );
  return (CLIENTS * APPENDS * 1_000) / (performance.now() - started);
};

/** Both sides in turn, after one round each that does not count. */
const inTurn = async (ours: () => Promise<number>, theirs: () => Promise<number>) => {
  const figures = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    // Whoever goes first in one round goes second in the next.
    const order = round % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of order) {
      const figure = await (side === "ours" ? ours() : theirs());
      if (round > 0) figures[side].push(figure);
    }
  }
  return figures;
};

const packageVersion = (name: string): string =>
  (
    JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")) as {
      version: string;
    }
  ).version;

const measure = async (client: DynamoDBClient): Promise<BenchRow[]> => {
  await createEventsTable(client, TABLE);
  const castore = await openCastore(client, "castore");
  const store = new DynamoEventStore(client, TABLE);
  const streams = new Map<string, RehydratedStream>();

  const append = (events: number) => () =>
    rate(async (aggregateId) => {
      const stream = streams.get(aggregateId) ?? new RehydratedStream(counter, aggregateId, upcaster);
      streams.set(aggregateId, stream);
      stream.fold(await store.append(stream.head, draft(aggregateId, events)), 0);
    });
  const itemOf = (aggregateId: string, version: number, events = 1) => {
    const { decidedAt: committedAt, ...rest } = draft(aggregateId, events);
    return {
      TableName: TABLE,
      ConditionExpression: "attribute_not_exists(aggregateId)",
      Item: encodeCommit({ ...rest, version, committedAt }),
    };
  };
  const bare = () => rate((id, turn) => client.send(new PutItemCommand(itemOf(`bare-${id}`, turn + 1))));
  const pushed = () => rate((id, turn) => castore.push(id, turn + 1, DATA));
  const transacted = () =>
    rate((id, turn) => {
      const TransactItems = Array.from({ length: 10 }, (_, index) => ({
        Put: itemOf(`tx-${id}`, turn * 10 + index + 1),
      }));
      return client.send(new TransactWriteItemsCommand({ TransactItems }));
    });

  const fill = async (aggregateId: string, events: number): Promise<void> => {
    const stream = new RehydratedStream(counter, aggregateId, upcaster);
    while (stream.version < REHYDRATED_EVENTS)
      stream.fold(await store.append(stream.head, draft(aggregateId, events)), 0);
  };
  const rehydrate = (aggregateId: string) => async (): Promise<number> => {
    const started = performance.now();
    const stream = new RehydratedStream(counter, aggregateId, upcaster);
    for await (const { commits, bytes } of store.getEvents(aggregateId))
      for (const [index, commit] of commits.entries()) stream.fold(commit, bytes[index] ?? 0);
    if (stream.version !== REHYDRATED_EVENTS) throw new Error(`${stream.version} events came back`);
    return performance.now() - started;
  };
  await Promise.all([fill("ones", 1), fill("tens", 10)]);
  for (let version = 1; version <= REHYDRATED_EVENTS; version++) await castore.push("long", version, DATA);
  const castoreRehydrates = async (): Promise<number> => {
    const started = performance.now();
    const events = await castore.events("long");
    if (events.length !== REHYDRATED_EVENTS) throw new Error(`${events.length} events came back`);
    return performance.now() - started;
  };

  const reads = { unit: "ms", better: "smaller" } as const;
  const appends = { unit: "appends/s", better: "larger" } as const;
  const one = "append 1 event, 32 clients";
  return [
    compare({ case: one, reference: "bare SDK PutItem", ...appends, ...(await inTurn(append(1), bare)) }),
    compare({ case: one, reference: "Castore's adapter", ...appends, ...(await inTurn(append(1), pushed)) }),
    compare({
      case: "append 10 events at once",
      reference: "TransactWriteItems",
      ...appends,
      ...(await inTurn(append(10), transacted)),
    }),
    compare({
      case: "rehydrate 10,000 events, commits of 10",
      reference: "Castore's adapter",
      ...reads,
      ...(await inTurn(rehydrate("tens"), castoreRehydrates)),
    }),
    compare({
      case: "rehydrate 10,000 events, commits of 1",
      reference: "Castore's adapter",
      ...reads,
      ...(await inTurn(rehydrate("ones"), castoreRehydrates)),
    }),
  ];
};

/** The event store beside the SDK, Castore and transactions, all on one DynamoDB Local. */
export const run = async (): Promise<BenchResult> => {
  const engine = await startDynamoDbLocal();
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: "eu-west-1", credentials });
  try {
    const rows = await measure(client);
    const libraries = ["@aws-sdk/client-dynamodb", "@castore/core", "@castore/event-storage-adapter-dynamodb"];
    const versions = Object.fromEntries(libraries.map((name) => [name, packageVersion(name)]));
    return { name: "append", versions: { node: process.version, "DynamoDB Local": "3.1.0", ...versions }, rows };
  } finally {
    client.destroy();
    await engine.close();
  }
};
