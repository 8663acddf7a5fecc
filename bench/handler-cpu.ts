// CPU that one command takes on a warm instance: use case and the SDK's own work, with the table answered in place.
import { DynamoEventStore } from "../runtime/adapters/dynamodb/dynamo-event-store.ts";
import type { CommitDraft } from "../runtime/kernel/commit.ts";
import { counter } from "../test/support/counter/counter-service.ts";
import { localClient } from "../test/support/local-client.ts";
import { addTo, commandSide } from "./event-store/command-side.ts";
import { draft } from "./event-store/drafts.ts";
import { versionsOf } from "./event-store/rounds.ts";
import { type BenchResult, compareWithAim } from "./result.ts";

const ROUNDS = 9;
const COMMANDS = 1_000;
const WARM_UP = 500;
const STREAMS = 50;
const TRIGGERS = 10_000;

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

/** Milliseconds of CPU, user and system, that it takes. */
const cpuOf = async (act: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

export const run = async (): Promise<BenchResult> => {
  // Nobody writes but this instance: what came since is always nothing.
  const events = new DynamoEventStore(
    localClient(() => ({ Items: [], Count: 0, ScannedCount: 0 })),
    "events",
  );
  const { commands, loader, snapshots } = commandSide({ events, warm: true });
  const open = async (id: string): Promise<void> => {
    const stream = await loader.load(counter, id);
    const opening: CommitDraft = {
      ...draft(id, 1),
      events: [{ type: "CounterOpened", schemaVersion: 1, data: { label: "a" } }],
    };
    stream.fold(await events.append(stream.head, opening), 0);
    loader.keep(stream);
  };
  for (let stream = 0; stream < STREAMS; stream++) await open(`cpu-${stream}`);
  const command = (count: number) => cpuOf(() => commands.handle(addTo(`cpu-${count % STREAMS}`)));
  for (let count = 0; count < WARM_UP; count++) await command(count);
  const handled: number[] = [];
  const evaluated: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures: number[] = [];
    for (let count = 0; count < COMMANDS; count++) figures.push(await command(count));
    handled.push(p99(figures));
    const stream = await loader.load(counter, "cpu-0");
    const started = performance.now();
    for (let count = 0; count < TRIGGERS; count++) snapshots.evaluateTriggerSync(stream);
    evaluated.push((performance.now() - started) / TRIGGERS);
    loader.keep(stream);
  }
  const smaller = { unit: "ms", better: "smaller" } as const;
  return {
    name: "handler-cpu",
    versions: versionsOf("@aws-sdk/client-dynamodb"),
    rows: [
      compareWithAim({ case: "CPU of a warm command, p99", aim: 2, ...smaller, ours: handled }),
      compareWithAim({ case: "evaluateTriggerSync", aim: 0.1, ...smaller, ours: evaluated }),
    ],
  };
};
