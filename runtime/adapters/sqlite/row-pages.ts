import { nexusError } from "../../kernel/errors.ts";

/** A row of the table of commits. */
export interface Row {
  readonly aggregateId: string;
  readonly version: number;
  readonly timeKey: string;
  readonly body: string;
  /** Version of the last event; where it was selected. */
  readonly lastVersion: number | undefined;
}

/** What statements select. They give arrays: an object for each row takes node:sqlite half as long again. */
export const COLUMNS = "aggregate_id, version, time_key, body";
/** What audits select. */
export const ALL_COLUMNS = `${COLUMNS}, last_version`;

export const rowOf = (columns: unknown): Row => {
  const [aggregateId, version, timeKey, body, lastVersion] = columns as [string, number, string, string, number?];
  return { aggregateId, version, timeKey, body, lastVersion };
};

/** A page ends where it reaches either; as DynamoDB's do. */
const PAGE_CHARACTERS = 1_048_576;
const PAGE_ROWS = 1_000;

/**
 * Pages of the rows that `query` gives behind a row, of at most `limit`; one page at least. No statement stays open
 * between pages: an open one would keep the write-ahead log from being folded into the file.
 */
export function* rowPages(
  query: (last: Row | undefined, limit: number) => Iterable<unknown>,
  firstPageRows?: number,
  pageRows = PAGE_ROWS,
): Generator<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  let last: Row | undefined;
  let limit = firstPageRows ?? pageRows;
  for (let more = true; more; limit = pageRows) {
    // One row more than the page takes tells whether the log goes on.
    const page = readPage(() => query(last, limit + 1), limit);
    yield page;
    more = page.more;
    last = page.rows.at(-1);
  }
}

const readPage = (query: () => Iterable<unknown>, limit: number): { rows: Row[]; more: boolean } => {
  const rows: Row[] = [];
  let characters = 0;
  try {
    for (const columns of query()) {
      if (rows.length === limit || characters >= PAGE_CHARACTERS) return { rows, more: true };
      const row = rowOf(columns);
      rows.push(row);
      characters += row.body.length;
    }
  } catch (cause) {
    throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "could not read the file of the log", { cause });
  }
  return { rows, more: false };
};
