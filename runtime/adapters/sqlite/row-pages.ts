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
/** What audits select. An integer above 2^53, which no version is, would end the reading; as a real it is only rounded. */
export const ALL_COLUMNS = "aggregate_id, CAST(version AS REAL), time_key, body, CAST(last_version AS REAL)";

export const rowOf = (columns: unknown): Row => {
  const [aggregateId, version, timeKey, body, lastVersion] = columns as [string, number, string, string, number?];
  return { aggregateId, version, timeKey, body, lastVersion };
};

/** Throws `NEXUS_EVENT_STORE_UNAVAILABLE` for what SQLite throws. */
export const reading = <T>(read: () => T): T => {
  try {
    return read();
  } catch (cause) {
    throw nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "could not read the file of the log", { cause });
  }
};

/** At most: few enough that a page of the largest commits fits in memory, 45 MB; more at once are hardly faster. */
const PAGE_ROWS = 128;

/**
 * Pages of the rows that `query` gives behind a row, at most `limit` of them; one page at least. No statement stays
 * open between pages: an open one would keep the write-ahead log from being folded into the file.
 */
export function* rowPages(
  query: (last: Row | undefined, limit: number) => readonly unknown[],
  firstPageRows?: number,
  pageRows = PAGE_ROWS,
): Generator<readonly Row[]> {
  let limit = Math.min(firstPageRows ?? pageRows, PAGE_ROWS);
  let rows = readPage(() => query(undefined, limit));
  yield rows;
  while (rows.length === limit) {
    const last = rows.at(-1);
    limit = Math.min(pageRows, PAGE_ROWS);
    rows = readPage(() => query(last, limit));
    if (rows.length > 0) yield rows;
  }
}

const readPage = (query: () => readonly unknown[]): readonly Row[] => reading(() => query().map(rowOf));
