import { holdsType, lastVersion } from "../../kernel/event.ts";
import type { CommitPage, ReadOptions } from "../../ports/event-store.ts";
import { pagesInTurn, type RawPage } from "./commit-query.ts";
import { forwardPages } from "./commit-windows.ts";
import type { EventsTable } from "./events-table.ts";

/** The commits of one aggregate page by page; the next ones are on their way while one is read. */
export async function* commitPages(
  table: EventsTable,
  aggregateId: string,
  { fromVersion = 1, fromCommit, toVersion, direction = "forward", types, firstPageCommits: limit }: ReadOptions,
): AsyncGenerator<CommitPage> {
  const range = { aggregateId, from: fromCommit ?? fromVersion, to: toVersion };
  const forward = direction === "forward";
  const pages = forward ? forwardPages(table, range, limit) : pagesInTurn(table, range, { backward: true, limit });
  // The commit that holds the version may begin before it.
  let sought = fromCommit === undefined && fromVersion > 1 && fromVersion <= (toVersion ?? fromVersion);
  const before = () => commitHolding(table, aggregateId, fromVersion);
  for await (const page of pages) {
    const edge = page.commits.at(forward ? 0 : -1)?.version;
    if (sought && forward && edge !== fromVersion) yield* chosen(await before(), types);
    if (forward || edge === fromVersion) sought = false;
    yield* chosen(page, types);
  }
  if (sought) yield* chosen(await before(), types);
}

function* chosen(page: Omit<RawPage, "next"> | undefined, types: readonly string[] | undefined): Generator<CommitPage> {
  if (page === undefined) return;
  const { commits, bytes } = page;
  if (types === undefined) return yield { commits, bytes };
  const kept = commits.map((commit, index) => ({ commit, bytes: bytes[index] ?? 0 }));
  const held = kept.filter(({ commit }) => holdsType(commit, types));
  yield { commits: held.map(({ commit }) => commit), bytes: held.map((one) => one.bytes) };
}

/** The commit that holds a version and begins before it. */
const commitHolding = async (table: EventsTable, aggregateId: string, version: number) => {
  const commit = await table.lastCommit(aggregateId, version - 1);
  return commit === undefined || lastVersion(commit) < version ? undefined : { commits: [commit], bytes: [0] };
};
