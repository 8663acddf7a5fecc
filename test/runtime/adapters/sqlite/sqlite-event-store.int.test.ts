import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Durability } from "../../../../runtime/adapters/sqlite/event-file.ts";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";
import { commitsOf } from "../../../contracts/event-store/reading.ts";
import { ChildProcess } from "../../../support/child-process.ts";
import { draft } from "../../../support/counter/commits.ts";
import { appendCrowd } from "../../../support/counter/crowd.ts";
import { soundLog } from "../../../support/counter/sound-log.ts";

const WRITER = fileURLToPath(new URL("appending-process.ts", import.meta.url));
const OPENER = new URL("opening-thread.ts", import.meta.url);
const KILLS = 50;

let folder: string;
let file: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-sqlite-log-"));
  file = join(folder, "events.db");
});
afterEach(async () => {
  await Promise.all([...children].map((child) => child.kill()));
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

const append = (prefix: string, count: number, durability: Durability = "process-crash"): ChildProcess => {
  const child = new ChildProcess(WRITER, file, durability, prefix, String(count));
  children.add(child);
  return child;
};

const stored = async (): Promise<ReadonlySet<string>> => {
  const store = new SqliteEventStore(file);
  try {
    return await soundLog(store);
  } finally {
    await store.close();
  }
};

describe.each(["process-crash", "power-loss"] as const)("the event store in a file (%s)", (durability) => {
  let own: string;
  let store: SqliteEventStore;
  beforeAll(() => {
    own = mkdtempSync(join(tmpdir(), "nexus-sqlite-log-"));
    store = new SqliteEventStore(join(own, "events.db"), { durability });
  });
  afterAll(async () => {
    await store.close();
    rmSync(own, { recursive: true, force: true });
  });
  eventStoreContract(() => store);

  it("stores a thousand commits that are appended at once", () => appendCrowd(store));
});

describe("a log in a file", () => {
  it.each([
    ["process-crash", 1, 0],
    ["power-loss", 2, 1],
  ] as const)("is synced as its durability says (%s)", async (durability, synchronous, fullfsync) => {
    const preparing = vi.spyOn(DatabaseSync.prototype, "prepare");
    const store = new SqliteEventStore(file, { durability });
    const [connection] = preparing.mock.contexts as DatabaseSync[];
    preparing.mockRestore();
    expect(connection?.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(connection?.prepare("PRAGMA synchronous").get()).toEqual({ synchronous });
    expect(connection?.prepare("PRAGMA fullfsync").get()).toEqual({ fullfsync });
    await store.close();
  });

  it("is made once by however many open it first at once", async () => {
    const threads = 4;
    const files = Array.from({ length: 150 }, (_, index) => join(folder, `${index}.db`));
    const arrivals = new Int32Array(new SharedArrayBuffer(4));
    const failures = Array.from({ length: threads }, async () => {
      const thread = new Worker(OPENER, { workerData: { files, threads, arrivals } });
      const [errors] = (await once(thread, "message")) as [string[]];
      return errors;
    });
    expect((await Promise.all(failures)).flat()).toEqual([]);
  });

  it("says of what SQLite cannot read that the store is not available, and why", async () => {
    const store = new SqliteEventStore(file);
    const database = new DatabaseSync(file);
    database.exec("DROP TABLE commits");
    database.close();
    const unavailable = { code: "NEXUS_EVENT_STORE_UNAVAILABLE", cause: { message: "no such table: commits" } };
    await expect(commitsOf(store, "a", 2)).rejects.toMatchObject(unavailable);
    await expect(store.append({ aggregateId: "a", version: 0 }, draft("a"))).rejects.toMatchObject(unavailable);
    await store.close();
  });

  it("is read without a change by one who may only read", async () => {
    await new SqliteEventStore(file).close();
    const reader = new SqliteEventStore(file, { readOnly: true });
    await expect(reader.append({ aggregateId: "a", version: 0 }, draft("a"))).rejects.toMatchObject({
      code: "NEXUS_EVENT_STORE_UNAVAILABLE",
      cause: { message: "attempt to write a readonly database" },
    });
    await reader.close();
    expect(() => new SqliteEventStore(join(folder, "nowhere.db"), { readOnly: true })).toThrow(/unable to open/);
    expect(existsSync(join(folder, "nowhere.db"))).toBe(false);
  });

  it("takes a thousand commits from four processes at once, without an error", async () => {
    const writers = ["a", "b", "c", "d"].map((prefix) => append(prefix, 32));
    await Promise.all(writers.map(({ closed }) => closed));
    expect(writers.map(({ errors }) => errors).join("")).toBe("");
    expect((await stored()).size).toBe(4 * 8 * 32);
  });

  it.each(["process-crash", "power-loss"] as const)(
    `holds all it acknowledged, and no half of anything, after its writers were killed ${KILLS / 2} times (%s)`,
    async (durability) => {
      const acknowledged: string[] = [];
      for (let round = 0; round < KILLS / 2; round++) {
        const writer = append(`round-${round}`, 100_000, durability);
        await writer.says(20 + ((round * 37) % 50));
        await writer.kill();
        acknowledged.push(...writer.lines);
      }
      const found = await stored();
      expect(acknowledged.length).toBeGreaterThan(500);
      expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);
    },
    120_000,
  );

  it("lets nobody change or delete a commit, past the store neither", async () => {
    const store = new SqliteEventStore(file);
    await store.append({ aggregateId: "a", version: 0 }, draft("a"));
    await store.close();
    const database = new DatabaseSync(file);
    expect(() => database.exec("UPDATE commits SET body = '{}'")).toThrow("the log is append-only");
    expect(() => database.exec("DELETE FROM commits")).toThrow("the log is append-only");
    const forged = ["INSERT OR REPLACE INTO commits VALUES ('a', 1, 1, '', '{}')"];
    forged.push(
      "REPLACE INTO commits (rowid, aggregate_id, version, last_version, time_key, body) VALUES (1, 'b', 1, 1, '', '{}')",
    );
    forged.push("INSERT INTO commits VALUES ('a', 1, 1, '', '{}') ON CONFLICT DO UPDATE SET body = '{}'");
    for (const sql of forged) expect(database.prepare(sql).run().changes).toBe(0);
    // The number that SQLite shows a trigger where none was given: nothing that stands there may hold up the store.
    database.exec(
      "INSERT INTO commits (rowid, aggregate_id, version, last_version, time_key, body) VALUES (-1, 'b', 1, 1, '', '{}')",
    );
    database.close();
    const again = new SqliteEventStore(file);
    expect(await commitsOf(again, "a")).toHaveLength(1);
    expect(await again.append({ aggregateId: "a", version: 1 }, draft("a"))).toMatchObject({ version: 2 });
    await again.close();
  });

  it.each([
    ["is another database", "CREATE TABLE something (a)"],
    ["is of a later format", "PRAGMA user_version = 9"],
  ])("is refused, and left as it is, where the file %s", (_, sql) => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    const before = readFileSync(file);
    for (const readOnly of [false, true])
      expect(() => new SqliteEventStore(file, { readOnly })).toThrow(/is no event log of format 1/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is refused where the file is no database", () => {
    writeFileSync(file, "x".repeat(4_096));
    expect(() => new SqliteEventStore(file)).toThrow(/not a database/);
  });
});
