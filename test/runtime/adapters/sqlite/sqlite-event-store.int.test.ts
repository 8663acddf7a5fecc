import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../../runtime/adapters/node/sha256.ts";
import type { Durability } from "../../../../runtime/adapters/sqlite/event-file.ts";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { ChainVerifier } from "../../../../runtime/kernel/hash-chain.ts";
import { all } from "../../../contracts/event-store/reading.ts";
import { draft } from "../../../support/counter/commits.ts";

const WRITER = fileURLToPath(new URL("appending-process.ts", import.meta.url));
const KILLS = 50;

let folder: string;
let file: string;
const children = new Set<ChildProcessWithoutNullStreams>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-sqlite-log-"));
  file = join(folder, "events.db");
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

const append = (prefix: string, count: number, durability: Durability = "process-crash") => {
  const child = spawn(process.execPath, [WRITER, file, durability, prefix, String(count)]);
  children.add(child);
  const acknowledged: string[] = [];
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors += text;
  });
  createInterface(child.stdout).on("line", (line) => acknowledged.push(line));
  return { child, acknowledged, errors: () => errors, closed: once(child, "close") };
};

/** What the file holds, as `<aggregateId> <version>`, after its chain was verified. */
const stored = async (): Promise<Set<string>> => {
  const store = new SqliteEventStore(file);
  const verifiers = new Map<string, ChainVerifier>();
  const commits = (await all(store.getAllCommits())).flat();
  await store.close();
  const findings = commits.flatMap((commit) => {
    const verifier = verifiers.get(commit.aggregateId) ?? new ChainVerifier(commit.aggregateId, sha256);
    verifiers.set(commit.aggregateId, verifier);
    return verifier.add(commit);
  });
  expect(findings).toEqual([]);
  return new Set(commits.map(({ aggregateId, version }) => `${aggregateId} ${version}`));
};

describe("a log in a file", () => {
  it("takes a thousand commits from four processes at once, without an error", async () => {
    const writers = ["a", "b", "c", "d"].map((prefix) => append(prefix, 32));
    await Promise.all(writers.map(({ closed }) => closed));
    expect(writers.map(({ errors }) => errors()).join("")).toBe("");
    expect((await stored()).size).toBe(4 * 8 * 32);
  });

  it.each(["process-crash", "power-loss"] as const)(
    `holds all it acknowledged, and no half of anything, after its writers were killed ${KILLS / 2} times (%s)`,
    async (durability) => {
      const acknowledged: string[] = [];
      for (let round = 0; round < KILLS / 2; round++) {
        const writer = append(`round-${round}`, 100_000, durability);
        const enough = 20 + ((round * 37) % 50);
        await new Promise<void>((resolve, reject) => {
          writer.child.stdout.on("data", () => writer.acknowledged.length >= enough && resolve());
          writer.child.once("close", () => reject(new Error(writer.errors())));
        });
        writer.child.kill("SIGKILL");
        await writer.closed;
        acknowledged.push(...writer.acknowledged);
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
