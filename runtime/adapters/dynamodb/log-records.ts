import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { isNexusError } from "../../kernel/errors.ts";
import type { Commit } from "../../kernel/event.ts";
import type { LogFault } from "../../kernel/hash-chain.ts";
import type { LogRecord } from "../../ports/event-store.ts";
import { EVENTS } from "./attributes.ts";
import { decodeCommit, type Item, indexKeysOf, keyOf, textOf } from "./commit-item.ts";
import type { EventsTable, Key } from "./events-table.ts";

/** All items, or those of an aggregate, whatever their versions. A scan goes partition by partition, each in order. */
export async function* logRecords(table: EventsTable, aggregateId?: string): AsyncGenerator<readonly LogRecord[]> {
  let start: Key | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await readItems(table, aggregateId, start);
    yield Items.map(recordOf);
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

const readItems = (table: EventsTable, aggregateId: string | undefined, start: Key | undefined) => {
  const page = { ConsistentRead: true, ...(start === undefined ? {} : { ExclusiveStartKey: start }) };
  if (aggregateId === undefined)
    return table.read(() => table.client.send(new ScanCommand({ TableName: table.name, ...page })));
  return table.query({
    KeyConditionExpression: `${EVENTS.partitionKey} = :id`,
    ExpressionAttributeValues: { ":id": { S: aggregateId } },
    ...page,
  });
};

const recordOf = (item: Item): LogRecord => {
  const { aggregateId = "", version } = keyOf(item);
  const findings = (fault: LogFault, detail: string) => [{ aggregateId, version, fault, detail }];
  try {
    const commit = decodeCommit(item);
    const damage = indexDamage(item, commit);
    return { aggregateId, version, commit, findings: damage === "" ? [] : findings("unindexed", damage) };
  } catch (error) {
    if (!isNexusError(error)) throw error;
    return { aggregateId, version, commit: undefined, findings: findings("unreadable", error.message) };
  }
};

/** A commit is read by its own key: that it is not found by time, nobody notices. */
const indexDamage = (item: Item, commit: Commit): string =>
  Object.entries(indexKeysOf(commit))
    .filter(([name, { S: due }]) => textOf(item, name) !== due)
    .map(([name, { S: due }]) => `its ${name} is ${textOf(item, name) ?? "missing"}, by its time it is ${due}`)
    .join("; ");
