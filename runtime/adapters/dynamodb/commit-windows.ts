import { lastVersion } from "../../kernel/event.ts";
import { type CommitRange, pagesInTurn, type RawPage, readPage } from "./commit-query.ts";
import type { EventsTable } from "./events-table.ts";

/** Requests that are under way for one reader: a page takes as long as another, whoever waits for it. */
const REQUESTS_AT_ONCE = 4;
/** What a request is to bring; half of what it could, since sizes are estimated. */
const WINDOW_BYTES = 512 * 1_024;
/** A range of fewer versions is one request. */
const SHORT_VERSIONS = 256;
/** The first windows at most, when nothing is known of sizes: what stands behind a snapshot is read in one go. */
const FIRST_WINDOW_VERSIONS = 512;

type ClosedRange = CommitRange & { readonly to: number };

/**
 * A range from its beginning to its end. A log of one page takes one request; a longer one is read in several places at
 * once, which its gapless versions allow: where a place lies is known without reading what is before it.
 */
export async function* forwardPages(table: EventsTable, range: CommitRange, limit?: number): AsyncGenerator<RawPage> {
  const { from, to } = range;
  if (limit === undefined && to !== undefined && to - from >= SHORT_VERSIONS) {
    const share = Math.ceil((to - from + 1) / REQUESTS_AT_ONCE);
    return yield* windowedPages(table, { ...range, to }, Math.min(share, FIRST_WINDOW_VERSIONS));
  }
  const first = await readPage(table, range, { limit });
  yield first;
  const end = endOf(first);
  if (first.next === undefined || end === undefined) return;
  const rest = { ...range, from: end + 1, to: to ?? (await table.lastCommit(range.aggregateId))?.version ?? end };
  yield* windowedPages(table, rest, windowFor(first));
}

const endOf = ({ commits }: RawPage): number | undefined => {
  const last = commits.at(-1);
  return last === undefined ? undefined : lastVersion(last);
};

/** A window that brings about {@link WINDOW_BYTES}, going by a page. */
const windowFor = ({ commits, bytes }: RawPage): number => {
  const versions = commits.reduce((sum, { events }) => sum + events.length, 0);
  const size = bytes.reduce((sum, one) => sum + one, 0);
  return Math.max(Math.floor((versions * WINDOW_BYTES) / Math.max(size, 1)), 1);
};

async function* windowedPages(table: EventsTable, range: ClosedRange, windowVersions: number): AsyncGenerator<RawPage> {
  const ahead: { readonly window: ClosedRange; readonly page: Promise<RawPage> }[] = [];
  let from = range.from;
  let size = windowVersions;
  for (;;) {
    for (; ahead.length < REQUESTS_AT_ONCE && from <= range.to; from += size) {
      const window = { ...range, from, to: Math.min(from + size - 1, range.to) };
      const page = readPage(table, window);
      // Whoever stops reading early never awaits it; who reads on still meets the rejection.
      page.catch(() => undefined);
      ahead.push({ window, page });
    }
    const next = ahead.shift();
    if (next === undefined) return;
    const { window } = next;
    const page = await next.page;
    yield page;
    let end = endOf(page) ?? window.from - 1;
    if (page.next !== undefined)
      for await (const rest of pagesInTurn(table, { ...window, from: end + 1 })) {
        yield rest;
        end = endOf(rest) ?? end;
      }
    if (end < window.to) {
      // The log ends here, or is not gapless. What follows is read anew: the windows ahead may have been read later than
      // this one, and what was written in between would be left out.
      yield* pagesInTurn(table, { ...range, from: end + 1 });
      return;
    }
    size = windowFor(page);
  }
}
