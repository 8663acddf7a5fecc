import { type Commit, holdsType, lastVersion } from "../../kernel/event.ts";
import type { CommitPage, ReadOptions } from "../../ports/event-store.ts";
import { EVENTS } from "./attributes.ts";
import { commitBytes, decodeCommit } from "./commit-item.ts";
import type { EventsTable, Key } from "./events-table.ts";

interface RawPage {
  readonly commits: readonly Commit[];
  readonly bytes: readonly number[];
  readonly next: Key | undefined;
}

interface Reading {
  readonly aggregateId: string;
  readonly from: number;
  readonly to: number | undefined;
  readonly forward: boolean;
}

/** The commits of one aggregate page by page; the next page is on its way while one is read. */
export async function* commitPages(
  table: EventsTable,
  aggregateId: string,
  { fromVersion = 1, fromCommit, toVersion, direction = "forward", types, firstPageCommits }: ReadOptions,
): AsyncGenerator<CommitPage> {
  const from = fromCommit ?? fromVersion;
  const forward = direction === "forward";
  const reading: Reading = { aggregateId, from, to: toVersion, forward };
  const mayBeginBefore = fromCommit === undefined && fromVersion > 1;
  const page = ({ commits, bytes }: Omit<RawPage, "next">, more: boolean): CommitPage => {
    if (types === undefined) return { commits, bytes, more };
    const kept = [...commits.keys()].filter((index) => holdsType(commits[index] as Commit, types));
    return { commits: kept.map((at) => commits[at] as Commit), bytes: kept.map((at) => bytes[at] ?? 0), more };
  };

  let current = await readPage(table, reading, undefined, firstPageCommits);
  if (forward && mayBeginBefore && current.commits[0]?.version !== from) {
    const before = await commitHolding(table, aggregateId, from);
    if (before !== undefined) yield page(before, current.commits.length > 0);
  }
  // Whoever asked for a small first page may need no more than that.
  let eager = firstPageCommits === undefined;
  while (current.next !== undefined) {
    const { next } = current;
    const ahead = eager ? readPage(table, reading, next) : undefined;
    // Whoever stops reading early never awaits it; who reads on still meets the rejection.
    ahead?.catch(() => undefined);
    yield page(current, true);
    current = await (ahead ?? readPage(table, reading, next));
    eager = true;
  }
  const before =
    !forward && mayBeginBefore && current.commits.at(-1)?.version !== from
      ? await commitHolding(table, aggregateId, from)
      : undefined;
  yield page(current, before !== undefined);
  if (before !== undefined) yield page(before, false);
}

/** The commit that holds a version and begins before it. */
const commitHolding = async (table: EventsTable, aggregateId: string, version: number) => {
  const commit = await table.lastCommit(aggregateId, version - 1);
  return commit === undefined || lastVersion(commit) < version ? undefined : { commits: [commit], bytes: [0] };
};

const readPage = async (
  table: EventsTable,
  { aggregateId, from, to, forward }: Reading,
  start: Key | undefined,
  limit?: number,
): Promise<RawPage> => {
  const range = to === undefined ? ">= :from" : "BETWEEN :from AND :to";
  // A range that ends before it begins is an error to DynamoDB; nothing lies in it.
  if (to !== undefined && to < from) return { commits: [], bytes: [], next: undefined };
  const { Items = [], LastEvaluatedKey: next } = await table.query({
    KeyConditionExpression: `${EVENTS.partitionKey} = :id AND ${EVENTS.sortKey} ${range}`,
    ExpressionAttributeValues: {
      ":id": { S: aggregateId },
      ":from": { N: String(from) },
      ...(to === undefined ? {} : { ":to": { N: String(to) } }),
    },
    ConsistentRead: true,
    ScanIndexForward: forward,
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    ...(limit === undefined ? {} : { Limit: limit }),
  });
  return { commits: Items.map(decodeCommit), bytes: Items.map(commitBytes), next };
};
