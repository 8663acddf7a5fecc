// Commands one after the other on one stream that grows with each, beside Emmett's CommandHandler. Ours is the whole write
// side: it checks command, payload and event against their schemas, knows a command that comes again, copies events
// through JSON and chains commits by SHA-256. Theirs does none of that, and reads the stream anew for each command.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryEventStore } from "../runtime/adapters/memory/memory-event-store.ts";
import { SqliteEventStore } from "../runtime/adapters/sqlite/sqlite-event-store.ts";
import type { EventStore } from "../runtime/ports/event-store.ts";
import { opened } from "../test/support/counter/commits.ts";
import { addTo, commandSide } from "./event-store/command-side.ts";
import { draft, nextRound } from "./event-store/drafts.ts";
import { inTurn, timed, versionsOf } from "./event-store/rounds.ts";
import { type CounterAdded, EMMETT_VERSIONS, type EmmettStore, openEmmett } from "./peers/emmett.ts";
import { type BenchResult, compare } from "./result.ts";

const COMMANDS = 1_000;
/** Not on SQLite, where theirs takes minutes a round. */
const MANY_COMMANDS = 10_000;
const ROUNDS = 7;
/** Rounds of some milliseconds: many, so that what else the machine does meets both sides alike. */
const SHORT_ROUNDS = 31;
const ADDED: CounterAdded = { type: "CounterAdded", data: { amount: 1, unit: "piece", text: "" } };

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-commands-"));
  const emmett = await openEmmett(join(folder, "emmett.db"));
  const file = new SqliteEventStore(join(folder, "ours.db"), { durability: "power-loss" });

  const ours = (events: EventStore, count: number) => async (): Promise<number> => {
    const { commands } = commandSide({ events, warm: true });
    const id = `commands-${nextRound()}`;
    await events.append({ aggregateId: id, version: 0 }, { ...draft(id, 1), events: [opened()] });
    return timed(async () => {
      for (let sent = 0; sent < count; sent++) await commands.handle(addTo(id));
    });
  };
  const theirs = (store: EmmettStore, count: number) => (): Promise<number> => {
    const id = `commands-${nextRound()}`;
    return timed(async () => {
      for (let sent = 0; sent < count; sent++) await emmett.handle(store, id, () => ADDED);
    });
  };
  const row = async (where: string, events: EventStore, store: EmmettStore, count: number, rounds = ROUNDS) =>
    compare({
      case: `${count.toLocaleString("en")} commands on one growing stream, ${where}`,
      reference: `Emmett's CommandHandler, ${where}`,
      unit: "ms",
      better: "smaller",
      ...(await inTurn(ours(events, count), theirs(store, count), rounds)),
    });
  try {
    const rows = [
      await row("in memory", new MemoryEventStore(), emmett.memory(), COMMANDS, SHORT_ROUNDS),
      await row("in memory", new MemoryEventStore(), emmett.memory(), MANY_COMMANDS),
      await row("SQLite", file, emmett.sqlite(), COMMANDS),
    ];
    return { name: "commands", versions: { ...versionsOf(), ...EMMETT_VERSIONS }, rows };
  } finally {
    await file.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
