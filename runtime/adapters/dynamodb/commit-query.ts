import type { Commit } from "../../kernel/event.ts";
import { EVENTS } from "./attributes.ts";
import { commitBytes, decodeCommit } from "./commit-item.ts";
import type { EventsTable, Key } from "./events-table.ts";

/** What one request gave. */
export interface RawPage {
  readonly commits: readonly Commit[];
  /** Size of each commit as stored. */
  readonly bytes: readonly number[];
  /** Where the request stopped; `undefined` at the end of its range. */
  readonly next: Key | undefined;
}

/** The commits of an aggregate that begin at these versions, both included. */
export interface CommitRange {
  readonly aggregateId: string;
  readonly from: number;
  /** @default the end of the log */
  readonly to?: number | undefined;
}

interface PageOptions {
  readonly start?: Key | undefined;
  readonly backward?: boolean;
  readonly limit?: number | undefined;
}

/** One consistent request: up to 1 MB of a range. */
export const readPage = async (
  table: EventsTable,
  { aggregateId, from, to }: CommitRange,
  { start, backward = false, limit }: PageOptions = {},
): Promise<RawPage> => {
  // A range that ends before it begins is an error to DynamoDB; nothing lies in it.
  if (to !== undefined && to < from) return { commits: [], bytes: [], next: undefined };
  const { Items = [], LastEvaluatedKey: next } = await table.query({
    KeyConditionExpression: `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} ${to === undefined ? ">= :from" : "BETWEEN :from AND :to"}`,
    ExpressionAttributeValues: {
      ":id": { S: aggregateId },
      ":from": { N: String(from) },
      ...(to === undefined ? {} : { ":to": { N: String(to) } }),
    },
    ConsistentRead: true,
    ScanIndexForward: !backward,
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    ...(limit === undefined ? {} : { Limit: limit }),
  });
  return { commits: Items.map(decodeCommit), bytes: Items.map(commitBytes), next };
};

/** The pages of a range one after the other; behind a first page of a given size nothing is read ahead. */
export async function* pagesInTurn(
  table: EventsTable,
  range: CommitRange,
  { backward = false, limit }: Omit<PageOptions, "start"> = {},
): AsyncGenerator<RawPage> {
  let current = await readPage(table, range, { backward, limit });
  for (let eager = limit === undefined; current.next !== undefined; eager = true) {
    const read = () => readPage(table, range, { backward, start: current.next });
    const ahead = eager ? read() : undefined;
    // Whoever stops reading early never awaits it; who reads on still meets the rejection.
    ahead?.catch(() => undefined);
    yield current;
    current = await (ahead ?? read());
  }
  yield current;
}
