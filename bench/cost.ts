// What a command costs, by the length of its aggregate: capacity units as the local DynamoDB counts them (held to AWS's
// engine by test/contracts/dynamodb) and bytes on the wire, of the requests that a cold instance makes for one command.

import { openDynamoDb } from "../local/services/dynamodb/index.ts";
import { DynamoEventStore } from "../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { DynamoSnapshotStore } from "../runtime/adapters/dynamodb/dynamo-snapshot-store.ts";
import { opened } from "../test/support/counter/commits.ts";
import { counter } from "../test/support/counter/counter-service.ts";
import { createEventsTable, createSnapshotsTable } from "../test/support/counter/events-table.ts";
import { localClient } from "../test/support/local-client.ts";
import { addTo, commandSide } from "./event-store/command-side.ts";
import { draft, emptyStream } from "./event-store/drafts.ts";
import { versionsOf } from "./event-store/rounds.ts";
import { type BenchResult, type BenchRow, compare } from "./result.ts";

const LENGTHS = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
const EVENTS_A_COMMIT = 10;
const EVENT = { amount: 1, unit: "piece" };

interface Cost {
  rcu: number;
  wcu: number;
  kilobytes: number;
  requests: number;
}

interface Consumed {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
}

export const run = async (): Promise<BenchResult> => {
  const engine = openDynamoDb({ file: ":memory:" });
  const cost: Cost = { rcu: 0, wcu: 0, kilobytes: 0, requests: 0 };
  const client = localClient(async (action, input) => {
    const request = input();
    const billed = action === "PutItem" || action === "Query";
    const answer = (await engine.call(action, {
      ...request,
      ...(billed ? { ReturnConsumedCapacity: "INDEXES" } : {}),
    })) as Consumed;
    cost[action === "PutItem" ? "wcu" : "rcu"] += answer.ConsumedCapacity?.CapacityUnits ?? 0;
    cost.kilobytes += (JSON.stringify(request).length + JSON.stringify(answer).length) / 1_024;
    cost.requests += 1;
    return answer;
  });
  await createEventsTable(client, "events");
  await createSnapshotsTable(client, "snapshots");
  const events = new DynamoEventStore(client, "events");
  const store = new DynamoSnapshotStore(client, "snapshots");

  /** One command on an instance that has just started. */
  const command = async (id: string, snapshots: boolean): Promise<Cost> => {
    const { commands } = commandSide({ events, warm: false, ...(snapshots ? { store } : {}) });
    Object.assign(cost, { rcu: 0, wcu: 0, kilobytes: 0, requests: 0 });
    await commands.handle(addTo(id));
    return { ...cost };
  };

  const rows: BenchRow[] = [];
  for (const length of LENGTHS) {
    const id = `cost-${length}`;
    const stream = emptyStream(id);
    const append = async (count: number, data?: object) => {
      const commit = { ...draft(id, count, data), ...(stream.version === 0 ? { events: [opened()] } : {}) };
      stream.fold(await events.append(stream.head, commit), 0);
    };
    await append(1);
    while (stream.version < length) await append(EVENTS_A_COMMIT, EVENT);
    const without = await command(id, false);
    const { snapshots, loader } = commandSide({ events, store, warm: false });
    await snapshots.create(counter, await loader.load(counter, id));
    const having = await command(id, true);
    const figures = { WCU: "wcu", RCU: "rcu", KB: "kilobytes", requests: "requests" } as const;
    for (const [unit, name] of Object.entries(figures))
      rows.push(
        compare({
          case: `a cold command on ${length.toLocaleString("en")} events, with a snapshot`,
          reference: "without one",
          unit,
          better: "smaller",
          ours: [having[name]],
          theirs: [without[name]],
        }),
      );
  }
  await engine.close();
  return { name: "cost", versions: versionsOf("@aws-sdk/client-dynamodb"), rows };
};
