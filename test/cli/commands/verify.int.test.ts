import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteEventStore } from "../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { added, at, draft, noted, opened } from "../../support/counter/commits.ts";
import { runCli } from "../../support/run-cli.ts";

let cwd: string;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "nexus-verify-"));
  const store = new SqliteEventStore(join(cwd, "log.db"));
  for (const id of ["counter-1", "counter-2"]) {
    await store.append({ aggregateId: id, version: 0 }, draft(id, { commandId: "open", events: [opened("début")] }));
    await store.append(
      { aggregateId: id, version: 1 },
      draft(id, { events: [added(2), noted("n")], decidedAt: at(5) }),
    );
    await store.append({ aggregateId: id, version: 3 }, draft(id, { events: [added(3)] }));
  }
  await store.close();
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const nexus = (...args: string[]) =>
  runCli([...args, ...(args.includes("--export") && args[0] === "verify" ? [] : ["--file", "log.db"])], { cwd });

const inFile = (act: (database: DatabaseSync) => void): void => {
  const database = new DatabaseSync(join(cwd, "log.db"));
  act(database);
  database.close();
};

/** Does to the file what nobody may, and leaves no trigger dropped. */
const tamper = (sql: string): void =>
  inFile((database) => {
    const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.exec(sql);
    for (const trigger of triggers) database.exec(String(trigger["sql"]));
  });

describe("nexus verify", () => {
  it("calls a log sound that is", async () => {
    expect(await nexus("verify", "--all")).toMatchObject({ exitCode: 0, stdout: "sound: 6 commits of 2 aggregates\n" });
    const { stdout } = await nexus("verify", "counter-2", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ aggregateId: "counter-2", ok: true, commits: 3, version: 4 });
  });

  it.each([
    [
      "changed",
      `UPDATE commits SET body = replace(body, '"amount":2', '"amount":2000')`,
      "changed counter-1 version 2",
    ],
    ["taken out", "DELETE FROM commits WHERE version = 2", "missing counter-1 version 2"],
    [
      "put behind the last",
      "INSERT INTO commits SELECT aggregate_id, 5, 5, 'x', body FROM commits WHERE version = 4",
      "changed counter-1 version 5",
    ],
    [
      "put in, of another aggregate",
      "INSERT INTO commits SELECT 'counter-1', 3, 3, time_key, body FROM commits WHERE aggregate_id = 'counter-2' AND version = 2",
      "inserted counter-1 version 3",
    ],
    ["moved", "UPDATE commits SET version = 5, last_version = 5 WHERE version = 4", "changed counter-1 version 5"],
    [
      "moved to a version that no number tells",
      "UPDATE commits SET version = 1152921504606846977 WHERE version = 4 AND aggregate_id = 'counter-1'",
      "missing counter-1 version 4",
    ],
    ["hidden from reading by version", "UPDATE commits SET last_version = 2", "unindexed counter-1 version 2"],
    ["hidden from reading by time", "UPDATE commits SET time_key = 'x'", "unindexed counter-1 version 1"],
    [
      "stripped of its digest",
      "UPDATE commits SET body = json_remove(body, '$.chain') WHERE version = 2",
      "unreadable counter-1 version 2",
    ],
    ["made unreadable", "UPDATE commits SET body = '{' WHERE version = 2", "unreadable counter-1 version 2"],
  ])("finds that a commit was %s", async (_, sql, finding) => {
    tamper(sql);
    const { exitCode, stdout, stderr } = await nexus("verify", "--all");
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining(finding)]);
    expect(stderr).toMatch(/^nexus: \d faults in \d commits of 2 aggregates\n$/);
  });

  it("holds a log to an earlier export: a shortened one is found by nothing else", async () => {
    const { stdout: exported } = await nexus("history", "counter-1", "--export");
    writeFileSync(join(cwd, "earlier.ndjson"), exported);
    expect(await nexus("verify", "counter-1", "--against", "earlier.ndjson")).toMatchObject({ exitCode: 0 });
    tamper("DELETE FROM commits WHERE version = 4");
    expect(await nexus("verify", "counter-1")).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await nexus("verify", "counter-1", "--against", "earlier.ndjson");
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("missing counter-1 version 4: the proof knows")]);
  });

  it("finds what was done to one aggregate alone", async () => {
    tamper("UPDATE commits SET time_key = 'x' WHERE aggregate_id = 'counter-1' AND version = 2");
    expect(await nexus("verify", "counter-2")).toMatchObject({ exitCode: 0 });
    expect(await nexus("verify", "counter-1")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^unindexed counter-1 version 2: its time_key is x, by its body it is 2026.+\n$/),
      stderr: "nexus: 1 faults in 3 commits of 1 aggregates\n",
    });
  });

  it("changes nothing in the file, and tells of a trigger that is gone or was made another", async () => {
    inFile((database) => {
      database.exec("DROP TRIGGER commits_are_not_changed; DROP TRIGGER commits_are_not_deleted");
      database.exec("CREATE TRIGGER commits_are_not_deleted BEFORE DELETE ON commits BEGIN SELECT 1; END");
    });
    const before = readFileSync(join(cwd, "log.db"));
    const { exitCode, stdout, stderr } = await nexus("verify", "--all");
    expect([exitCode, stdout, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^unguarded: the trigger commits_are_not_changed is gone.+\nunguarded: the trigger commits_are_not_deleted is.+\n$/,
      ),
      "nexus: 2 faults in 6 commits of 2 aggregates\n",
    ]);
    expect(await nexus("history", "counter-1")).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, "log.db")).equals(before)).toBe(true);
  });

  it("takes no proof from an export that does not hold to it", async () => {
    const { stdout: exported } = await nexus("history", "counter-1", "--export");
    writeFileSync(join(cwd, "earlier.ndjson"), exported.replace('"amount":2', '"amount":2000'));
    expect(await nexus("verify", "counter-1", "--against", "earlier.ndjson")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("earlier.ndjson does not hold to its own proof: changed counter-1 version 2"),
    });
  });

  it("verifies an export without the log", async () => {
    const { stdout: exported } = await nexus("history", "counter-1", "--export");
    const check = async (text: string) => {
      writeFileSync(join(cwd, "export.ndjson"), text);
      return nexus("verify", "--export", "export.ndjson");
    };
    expect(await check(exported)).toMatchObject({ exitCode: 0, stdout: "sound: 3 commits of 1 aggregates\n" });
    expect(await check(exported.replace('"amount":2', '"amount":2000'))).toMatchObject({ exitCode: 1 });
    expect(await check(exported.split("\n").toSpliced(2, 1).join("\n"))).toMatchObject({ exitCode: 1 });
    const [first = "", ...rest] = exported.split("\n");
    expect(await check([first, first.replace('"counter-1"', '"counter-2"'), ...rest].join("\n"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("line 2 is a commit of counter-2"),
    });
    expect(await check([first.replace('"digest"', '"other"'), ...rest].join("\n"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("line 1 is neither a commit nor a proof"),
    });
    expect(await check(exported.split("\n").slice(0, 2).join("\n"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("the file is not whole"),
    });
    expect(await check("{}\n")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("line 1") });
  });

  it.each([
    [[], "name one thing to verify"],
    [["counter-1", "--all"], "name one thing to verify"],
    [["--all", "--against", "x"], "--against goes with an aggregate"],
  ])("says what is wrong with %j", async (args, message) => {
    expect(await nexus("verify", ...args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  it("says that a file is no log", async () => {
    const { exitCode, stderr } = await runCli(["verify", "--all", "--file", "nowhere.db"], { cwd });
    expect([exitCode, stderr]).toEqual([2, "nexus: --file: there is no nowhere.db\n"]);
  });
});
