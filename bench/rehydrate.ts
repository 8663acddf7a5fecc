// Reading an aggregate back: from its whole log beside Castore and Emmett, and from a snapshot at growing lengths.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoEventStore } from "../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { MemorySnapshotStore } from "../runtime/adapters/memory/memory-snapshot-store.ts";
import { SqliteEventStore } from "../runtime/adapters/sqlite/sqlite-event-store.ts";
import type { EventStore } from "../runtime/ports/event-store.ts";
import type { SnapshotStore } from "../runtime/ports/snapshot-store.ts";
import { counter } from "../test/support/counter/counter-service.ts";
import { createEventsTable } from "../test/support/counter/events-table.ts";
import { startDynamoDbLocal } from "../test/support/engines/dynamodb-local.ts";
import { openCastore } from "./event-store/castore.ts";
import { commandSide } from "./event-store/command-side.ts";
import { Appender, DATA, emptyStream, rehydrate } from "./event-store/drafts.ts";
import { inTurn, timed, versionsOf } from "./event-store/rounds.ts";
import { type CounterAdded, EMMETT_VERSIONS, evolve, initialState, openEmmett } from "./peers/emmett.ts";
import { type BenchResult, type BenchRow, compare } from "./result.ts";

const EVENTS = 10_000;
/** Many short rounds, so that what else the machine does meets both sides alike. */
const SHORT_ROUNDS = 101;
const reads = { unit: "ms", better: "smaller" } as const;

const fill = async (store: EventStore, aggregateId: string, events: number, each: number): Promise<void> => {
  const appender = new Appender(store);
  for (let version = 0; version < events; version += each) await appender.append(aggregateId, each);
};

const besideCastore = async (client: DynamoDBClient): Promise<BenchRow[]> => {
  await createEventsTable(client, "events");
  const store = new DynamoEventStore(client, "events");
  const castore = await openCastore(client, "castore");
  await Promise.all([fill(store, "ones", EVENTS, 1), fill(store, "tens", EVENTS, 10)]);
  for (let version = 1; version <= EVENTS; version++) await castore.push("long", version, DATA);
  const theirs = () =>
    timed(async () => {
      if ((await castore.rehydrate("long")) !== EVENTS) throw new Error("Castore did not give all events");
    });
  const row = async (what: string, aggregateId: string) =>
    compare({
      case: `rehydrate ${EVENTS} events of 1 KB, ${what}`,
      reference: "Castore's EventStore.getAggregate, DynamoDB Local",
      ...reads,
      ...(await inTurn(() => timed(() => rehydrate(store, aggregateId, EVENTS)), theirs)),
    });
  return [await row("commits of 10", "tens"), await row("commits of 1", "ones")];
};

const besideEmmett = async (folder: string): Promise<BenchRow> => {
  const store = new SqliteEventStore(join(folder, "ours.db"), { durability: "process-crash" });
  const emmett = (await openEmmett(join(folder, "emmett.db"))).sqlite();
  const batch: CounterAdded[] = Array.from({ length: 100 }, () => ({ type: "CounterAdded", data: DATA }));
  await fill(store, "ones", EVENTS, 1);
  for (let version = 0; version < EVENTS; version += 100) await emmett.appendToStream("long", batch);
  const theirs = () =>
    timed(async () => {
      const { state } = await emmett.aggregateStream("long", { evolve, initialState });
      if (state !== EVENTS) throw new Error("Emmett did not give all events");
    });
  const figures = await inTurn(() => timed(() => rehydrate(store, "ones", EVENTS)), theirs, SHORT_ROUNDS);
  await store.close();
  return compare({
    case: `rehydrate ${EVENTS} events of 1 KB, SQLite`,
    reference: "emmett-sqlite",
    ...reads,
    ...figures,
  });
};

const LENGTHS = [10_000, 100_000, 1_000_000];
const SHORT = 1_000;
/** Events that came after the snapshot. */
const SINCE = 500;
const SMALL = { amount: 1, unit: "piece" };

/** Of each length in a round. */
const LOADS = 5;

/** Logs of so many events with a snapshot, and 500 events after it. */
const fillLengths = async (events: SqliteEventStore, store: SnapshotStore): Promise<void> => {
  const { snapshots } = commandSide({ events, store, warm: false });
  const appender = new Appender(events);
  for (const length of [SHORT, ...LENGTHS]) {
    const id = `long-${length}`;
    for (let version = 0; version < length - SINCE; version += 100) await appender.append(id, 100, SMALL);
    const stream = emptyStream(id);
    for await (const { commits } of events.getEvents(id)) for (const commit of commits) stream.fold(commit, 0);
    await snapshots.create(counter, stream);
    for (let version = 0; version < SINCE; version++) await appender.append(id, 1, SMALL);
  }
};

/** In SQLite: what is read is the same everywhere. The file is opened anew, for what the fill left not to count. */
const withSnapshot = async (folder: string): Promise<BenchRow[]> => {
  const open = () => new SqliteEventStore(join(folder, "lengths.db"), { durability: "process-crash" });
  const store = new MemorySnapshotStore();
  const filled = open();
  await fillLengths(filled, store);
  await filled.close();
  const events = open();
  const { loader } = commandSide({ events, store, warm: false });
  const load = (length: number) => () =>
    timed(async () => {
      for (let time = 0; time < LOADS; time++)
        if ((await loader.load(counter, `long-${length}`)).version !== length) throw new Error("events are missing");
    }).then((ms) => ms / LOADS);
  const rows: BenchRow[] = [];
  for (const length of LENGTHS)
    rows.push(
      compare({
        case: `rehydrate from a snapshot and ${SINCE} events, of ${length.toLocaleString("en")} events`,
        reference: "the same of 1,000 events",
        ...reads,
        ...(await inTurn(load(length), load(SHORT), SHORT_ROUNDS)),
      }),
    );
  await events.close();
  return rows;
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-rehydrate-"));
  const engine = await startDynamoDbLocal();
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: "eu-west-1", credentials });
  try {
    const rows = [...(await besideCastore(client)), await besideEmmett(folder), ...(await withSnapshot(folder))];
    const versions = {
      ...versionsOf("@castore/core", "@castore/event-storage-adapter-dynamodb"),
      ...EMMETT_VERSIONS,
      "DynamoDB Local": "3.1.0",
    };
    return { name: "rehydrate", versions, rows };
  } finally {
    client.destroy();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
