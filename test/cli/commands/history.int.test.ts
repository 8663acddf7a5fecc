import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteEventStore } from "../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { added, at, draft, noted, opened, T0 } from "../../support/counter/commits.ts";
import { runCli } from "../../support/run-cli.ts";

const SERVICE = join(import.meta.dirname, "../../support/counter/counter-service.ts");

let cwd: string;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "nexus-history-"));
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ nexus: { service: SERVICE } }));
  const store = new SqliteEventStore(join(cwd, "log.db"));
  const put = (version: number, events: ReturnType<typeof added>[], seconds = 0, commandId?: string) =>
    store.append(
      { aggregateId: "counter-1", version },
      draft("counter-1", { events, decidedAt: at(seconds), ...(commandId === undefined ? {} : { commandId }) }),
    );
  await put(0, [opened("début")], 0, "open");
  await put(1, [added(2), noted("n")], 5);
  await put(3, [added(3)]);
  await store.close();
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const nexus = (...args: string[]) => runCli([...args, "--file", "log.db"], { cwd });

describe("nexus history", () => {
  it("shows the events of an aggregate, the first or the newest first", async () => {
    const { stdout, exitCode } = await nexus("history", "counter-1");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(/^version +time +event +command +data$/),
      expect.stringMatching(/^ +1 +2026-01-31T09:00:00.000Z +CounterOpened +open +\{"label":"début"\}$/),
      expect.stringMatching(/^ +2 +2026-01-31T09:00:05.000Z +CounterAdded /),
    ]);
    const newest = await nexus("history", "counter-1", "--newest", "--json", "--from", "2");
    const events = newest.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ version }) => version)).toEqual([4, 3, 2]);
  });

  it("picks events by type and by version", async () => {
    const { stdout } = await nexus(
      "history",
      "counter-1",
      "--json",
      "--to",
      "3",
      "--type",
      "CounterAdded",
      "CounterNoted",
    );
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual(["counter-1/2", "counter-1/3"]);
  });

  it.each([
    [
      ["--from", at(5)],
      [2, 3, 4],
    ],
    [["--from", at(5.001)], []],
    [["--to", at(4.999)], [1]],
    [["--to", at(-1)], []],
    [
      ["--from", "2", "--to", at(5)],
      [2, 3, 4],
    ],
  ])("takes instants: %j", async (args, versions) => {
    const { stdout, exitCode } = await nexus("history", "counter-1", "--json", ...args);
    const lines = stdout.split("\n").filter((line) => line !== "");
    expect([exitCode, lines.map((line) => JSON.parse(line).version)]).toEqual([0, versions]);
  });

  it.each([
    [[], 4, 5],
    [["--to", "2"], 2, 2],
    [["--to", at(4)], 1, 0],
  ])("tells the state that they led to: %j", async (args, version, total) => {
    const { stdout } = await nexus("history", "counter-1", "--state", ...args);
    const committedAt = version === 1 ? T0 : at(5);
    expect(JSON.parse(stdout)).toEqual({
      ...{ aggregate: "counter", aggregateId: "counter-1", version, committedAt },
      state: { open: true, total },
    });
  });

  it("says whose module is missing for a state", async () => {
    writeFileSync(join(cwd, "package.json"), "{}");
    const { stderr, exitCode } = await nexus("history", "counter-1", "--state");
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/domain\/service.ts: there is no such file.*nexus.service/),
    ]);
  });

  it.each([
    [["counter-9"], 1, "nexus: the log has no counter-9\n"],
    [["counter-9", "--export"], 1, "nexus: the log has no counter-9\n"],
    [["counter-9", "--state"], 1, "nexus: the log has no counter-9\n"],
    [["counter-9", "--to", at(9)], 1, "nexus: the log has no counter-9\n"],
    [["counter-1", "--from", "zero"], 2, "nexus: --from must be a version from 1, or an instant such as"],
    [["counter-1", "--to", "2026-02-30T00:00:00Z"], 2, "nexus: --to must be a version from 1, or an instant such as"],
    [["counter-1", "--state", "--to", "9"], 1, "nexus: counter-1 ends at version 4; it has no version 9\n"],
    [["counter-1", "--state", "--newest"], 2, "nexus: --state is what all events up to --to led to"],
    [["counter-1", "--export", "--to", "3"], 2, "nexus: --export gives the whole history"],
  ])("%j ends with %i and one line", async (args, code, message) => {
    const { stderr, exitCode } = await nexus("history", ...args);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe("nexus diff", () => {
  it("tells how an aggregate changed, and by which events", async () => {
    const { stdout, exitCode } = await nexus("diff", "counter-1", "--from", "1");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "counter-1 from version 1 to version 4",
      "",
      expect.stringMatching(/^version +time +event +data$/),
      expect.stringMatching(/^ +2 +2026-01-31T09:00:05.000Z +CounterAdded /),
      expect.stringMatching(/^ +3 /),
      expect.stringMatching(/^ +4 /),
      "",
      expect.stringMatching(/^change +path +value$/),
      expect.stringMatching(/^replace +\/total +5$/),
      "",
    ]);
  });

  it("as JSON gives the patch between any two points", async () => {
    const { stdout } = await nexus("diff", "counter-1", "--from", "0", "--to", at(4), "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ aggregate: "counter", aggregateId: "counter-1", from: { version: 0 }, to: { version: 1 } },
      patch: [{ op: "replace", path: "/open", value: true }],
      events: [{ id: "counter-1/1" }],
    });
  });

  it.each([
    ["1", "2", ["counter-1/2"]],
    ["2", "4", ["counter-1/3", "counter-1/4"]],
    ["2", "3", ["counter-1/3"]],
  ])("may begin and end within a commit: %s to %s", async (from, to, ids) => {
    const { stdout } = await nexus("diff", "counter-1", "--from", from, "--to", to, "--json");
    expect(JSON.parse(stdout).events.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  it("says so when nothing changed", async () => {
    const { stdout } = await nexus("diff", "counter-1", "--from", "3", "--to", "3");
    expect(stdout).toBe("counter-1 from version 3 to version 3\n\nno events\n\nthe state is the same\n");
  });

  it.each([
    [["counter-1"], 2, "required option '--from <point>' not specified"],
    [["counter-1", "--from", "3", "--to", "1"], 2, "nexus: --from lies behind --to: version 3 and version 1\n"],
    [["counter-1", "--from", "9"], 1, "nexus: counter-1 ends at version 4; it has no version 9\n"],
    [["counter-9", "--from", "0"], 1, "nexus: the log has no counter-9\n"],
  ])("%j ends with %i and says why", async (args, code, message) => {
    const { stderr, exitCode } = await nexus("diff", ...args);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe("nexus events", () => {
  it("prints what happened in a range of time, the end excluded", async () => {
    const { stdout } = await nexus("events", "--from", at(0), "--to", at(5));
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^time +aggregate +version +event +data$/),
      expect.stringMatching(/^2026-01-31T09:00:00.000Z +counter-1 +1 +CounterOpened /),
      "",
    ]);
    const since = await nexus("events", "--from", at(5), "--json");
    const lines = since.stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(["counter-1/2", "counter-1/3", "counter-1/4"]);
    expect((await nexus("events", "--from", at(6))).stdout).toBe("nothing found\n");
  });

  it.each([
    [["--from", "noon"], "nexus: --from must be an instant such as 2026-01-31T12:00:00Z, and is not: noon\n"],
    [["--from", at(1), "--to", at(0)], "nexus: --from must lie before --to"],
    [[], "required option '--from <instant>' not specified"],
  ])("%j ends with 2 and says why", async (args, message) => {
    const { stderr, exitCode } = await nexus("events", ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
