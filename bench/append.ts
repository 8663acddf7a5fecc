// Appends beside the bare SDK, Castore and transactions, all on one DynamoDB Local.
import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { encodeCommit } from "../runtime/adapters/dynamodb/commit-item.ts";
import { DynamoEventStore } from "../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { sha256 } from "../runtime/adapters/node/sha256.ts";
import { behind, commitBehind } from "../runtime/kernel/commit.ts";
import { createEventsTable } from "../test/support/counter/events-table.ts";
import { startDynamoDbLocal } from "../test/support/engines/dynamodb-local.ts";
import { openCastore } from "./event-store/castore.ts";
import { Appender, DATA, draft, nextRound } from "./event-store/drafts.ts";
import { inTurn, rate, versionsOf } from "./event-store/rounds.ts";
import { type BenchResult, type BenchRow, compare } from "./result.ts";

const CLIENTS = 32;
/** Per client and round. */
const APPENDS = 40;
const WARM_UP_ROUNDS = 5;
const TABLE = "events";
const PUT = { TableName: TABLE, ConditionExpression: "attribute_not_exists(aggregateId)" };

/** The same item as ours, made beforehand: what is measured is the put alone. */
const itemOf = (aggregateId: string, version: number) =>
  encodeCommit(
    commitBehind({ ...behind(aggregateId, undefined), version: version - 1 }, draft(aggregateId, 1), sha256),
  );

const measure = async (client: DynamoDBClient): Promise<BenchRow[]> => {
  await createEventsTable(client, TABLE);
  const castore = await openCastore(client, "castore");
  const appender = new Appender(new DynamoEventStore(client, TABLE));

  const round = (act: (aggregateId: string, turn: number) => Promise<unknown>) => () => {
    const name = nextRound();
    return rate(CLIENTS, APPENDS, (one, turn) => act(`bench-${name}-${one}`, turn));
  };
  const append = (events: number) => round((id) => appender.append(id, events));
  const bare = async (): Promise<number> => {
    const name = nextRound();
    const items = Array.from({ length: CLIENTS }, (_, one) =>
      Array.from({ length: APPENDS }, (_, turn) => itemOf(`bare-${name}-${one}`, turn + 1)),
    );
    return rate(CLIENTS, APPENDS, (one, turn) => client.send(new PutItemCommand({ ...PUT, Item: items[one]?.[turn] })));
  };
  const pushed = round((id, turn) => castore.push(id, turn + 1, DATA));
  const transacted = round((id, turn) => {
    const TransactItems = Array.from({ length: 10 }, (_, index) => ({
      Put: { ...PUT, Item: itemOf(`tx-${id}`, turn * 10 + index + 1) },
    }));
    return client.send(new TransactWriteItemsCommand({ TransactItems }));
  });

  // The engine's JIT takes some thousands of puts to settle; what runs first would pay for it.
  for (let turn = 0; turn < WARM_UP_ROUNDS; turn++) for (const act of [append(1), bare, pushed]) await act();
  const appends = { unit: "appends/s", better: "larger" } as const;
  const one = `append 1 event of 1 KB, ${CLIENTS} clients`;
  return [
    compare({
      case: one,
      reference: "the SDK's PutItem of the same item, made beforehand",
      ...appends,
      ...(await inTurn(append(1), bare)),
    }),
    compare({
      case: one,
      reference: "Castore's EventStore.pushEvent",
      ...appends,
      ...(await inTurn(append(1), pushed)),
    }),
    compare({
      case: "append 10 events of 1 KB at once",
      reference: "TransactWriteItems of 10",
      ...appends,
      ...(await inTurn(append(10), transacted)),
    }),
  ];
};

export const run = async (): Promise<BenchResult> => {
  const engine = await startDynamoDbLocal();
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: "eu-west-1", credentials });
  try {
    const rows = await measure(client);
    const libraries = versionsOf(
      "@aws-sdk/client-dynamodb",
      "@castore/core",
      "@castore/event-storage-adapter-dynamodb",
    );
    return { name: "append", versions: { ...libraries, "DynamoDB Local": "3.1.0" }, rows };
  } finally {
    client.destroy();
    await engine.close();
  }
};
