import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Durability } from "../../../../runtime/adapters/sqlite/event-file.ts";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { ChildProcess } from "../../../support/child-process.ts";
import { draft } from "../../../support/counter/commits.ts";
import { soundLog } from "../../../support/counter/sound-log.ts";

const WRITER = fileURLToPath(new URL("appending-process.ts", import.meta.url));
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

describe("a log in a file", () => {
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
    database.close();
  });

  it.each([
    ["is another database", () => new DatabaseSync(file).exec("CREATE TABLE something (a)")],
    ["is of a later format", () => new DatabaseSync(file).exec("PRAGMA user_version = 9")],
  ])("is refused where the file %s", (_, make) => {
    make();
    expect(() => new SqliteEventStore(file)).toThrow(/is no event log of format 1/);
  });

  it("is refused where the file is no database", () => {
    writeFileSync(file, "x".repeat(4_096));
    expect(() => new SqliteEventStore(file)).toThrow(/not a database/);
  });
});
