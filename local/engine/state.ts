import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../services/open-database.ts";
import type { Properties } from "./values.ts";

/** A resource as the last run left it. */
export interface SavedState {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  /** Plain inputs, files replaced by their digest. */
  readonly inputs: Properties;
  /** Inputs and computed outputs. */
  readonly outputs: Properties;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** How often it was replaced; part of its automatic name. */
  readonly generation: number;
}

type Row = Record<"urn" | "type" | "id" | "inputs" | "outputs", string> &
  Record<"protect" | "retain_on_delete" | "generation", number>;

const STATE_COLUMNS = `urn TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, inputs TEXT NOT NULL, outputs TEXT NOT NULL,
  protect INTEGER NOT NULL, retain_on_delete INTEGER NOT NULL, generation INTEGER NOT NULL`;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS resources (${STATE_COLUMNS}, ordinal INTEGER NOT NULL, PRIMARY KEY (urn)) STRICT;
  CREATE TABLE IF NOT EXISTS discarded (${STATE_COLUMNS}, PRIMARY KEY (urn, generation)) STRICT;`;

/** The realised resources of a stack, in `state.db`: one row a URN, and those that wait to be deleted. */
export class StateStore {
  readonly #db: DatabaseSync;
  /** Makes automatic names differ from data folder to data folder. */
  readonly seed: string;

  constructor(file: string) {
    this.#db = openDatabase(file, SCHEMA);
    this.#db.prepare("INSERT OR IGNORE INTO meta VALUES ('seed', ?)").run(randomBytes(8).toString("hex"));
    this.seed = this.fact("seed") ?? "";
  }

  get(urn: string): SavedState | undefined {
    const row = this.#db.prepare("SELECT * FROM resources WHERE urn = ?").get(urn) as Row | undefined;
    return row === undefined ? undefined : fromRow(row);
  }

  /** Every resource, dependents before what they depend on. */
  all(): SavedState[] {
    return (this.#db.prepare("SELECT * FROM resources ORDER BY ordinal DESC").all() as Row[]).map(fromRow);
  }

  /** Replaced resources that are still to be deleted. */
  discarded(): SavedState[] {
    return (this.#db.prepare("SELECT * FROM discarded").all() as Row[]).map(fromRow);
  }

  /** Saves a resource as the newest: after everything it depends on. */
  put(state: SavedState): void {
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO resources
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(ordinal), 0) + 1 FROM resources))`,
      )
      .run(...columns(state));
  }

  /** Takes the URN for a resource that an earlier program registered under another. */
  rename(from: string, to: string): void {
    this.#db.prepare("UPDATE resources SET urn = ? WHERE urn = ?").run(to, from);
  }

  /** Marks the resource as replaced: it is to be deleted when the run ends. */
  discard(state: SavedState): void {
    this.#db.prepare("INSERT OR REPLACE INTO discarded VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(...columns(state));
  }

  forget(urn: string): void {
    this.#db.prepare("DELETE FROM resources WHERE urn = ?").run(urn);
  }

  forgetDiscarded(state: SavedState): void {
    this.#db.prepare("DELETE FROM discarded WHERE urn = ? AND generation = ?").run(state.urn, state.generation);
  }

  /** A fact about the stack as a whole, such as the port it served on. */
  fact(key: string): string | undefined {
    const row = this.#db.prepare("SELECT value FROM meta WHERE key = ?").get(key);
    return row === undefined ? undefined : String(row["value"]);
  }

  setFact(key: string, value: string): void {
    this.#db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(key, value);
  }

  close(): void {
    this.#db.close();
  }
}

const columns = (state: SavedState) =>
  [
    state.urn,
    state.type,
    state.id,
    JSON.stringify(state.inputs),
    JSON.stringify(state.outputs),
    Number(state.protect),
    Number(state.retainOnDelete),
    state.generation,
  ] as const;

const fromRow = (row: Row): SavedState => ({
  urn: row.urn,
  type: row.type,
  id: row.id,
  inputs: JSON.parse(row.inputs) as Properties,
  outputs: JSON.parse(row.outputs) as Properties,
  protect: row.protect === 1,
  retainOnDelete: row.retain_on_delete === 1,
  generation: row.generation,
});
