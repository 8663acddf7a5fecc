// Appends to a log in a SQLite file, beside Emmett's. Both in WAL; ours syncs at each commit ("power-loss"), theirs as
// SQLite does by default, which is the same. Theirs fails with SQLITE_BUSY where writers meet: it appends one by one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteEventStore } from "../runtime/adapters/sqlite/sqlite-event-store.ts";
import { Appender, DATA, nextRound } from "./event-store/drafts.ts";
import { inTurn, rate, versionsOf } from "./event-store/rounds.ts";
import { type CounterAdded, EMMETT_VERSIONS, openEmmett } from "./peers/emmett.ts";
import { type BenchResult, compare } from "./result.ts";

const CLIENTS = 64;
/** Per client and round. */
const APPENDS = 20;
const EVENT: CounterAdded = { type: "CounterAdded", data: DATA };

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-sqlite-"));
  const emmett = (await openEmmett(join(folder, "emmett.db"))).sqlite();
  const store = new SqliteEventStore(join(folder, "ours.db"), { durability: "power-loss" });
  const appender = new Appender(store);
  try {
    let errors = 0;
    const ours = () => {
      const round = nextRound();
      return rate(CLIENTS, APPENDS, (client) =>
        appender.append(`${round}-${client}`, 1).catch(() => {
          errors += 1;
        }),
      );
    };
    const theirs = () => {
      const round = nextRound();
      return rate(1, CLIENTS * 2, (_, turn) => emmett.appendToStream(`${round}-${turn % CLIENTS}`, [EVENT]));
    };
    const figures = await inTurn(ours, theirs);
    if (errors > 0) throw new Error(`${errors} of our appends failed`);
    const row = compare({
      case: `append 1 event of 1 KB, ${CLIENTS} clients, synced; no error`,
      reference: "emmett-sqlite, one by one",
      unit: "appends/s",
      better: "larger",
      ...figures,
    });
    return { name: "sqlite-append", versions: { ...versionsOf(), ...EMMETT_VERSIONS }, rows: [row] };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
