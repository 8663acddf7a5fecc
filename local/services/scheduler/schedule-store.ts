import type { DatabaseSync } from "node:sqlite";

export const SCHEDULE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS schedules (name TEXT PRIMARY KEY, expression TEXT NOT NULL, timezone TEXT NOT NULL,
    anchor INTEGER NOT NULL, last_run INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS schedule_runs (id TEXT PRIMARY KEY, schedule TEXT NOT NULL, scheduled_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, due_at INTEGER NOT NULL) WITHOUT ROWID`;

/** A run that its target has not accepted yet. */
export interface PendingRun {
  readonly id: string;
  readonly schedule: string;
  readonly scheduledAt: number;
  readonly attempts: number;
  readonly dueAt: number;
}

/** When each schedule began and last ran, and the runs that are still to be delivered. */
export class ScheduleStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The schedule's beginning and last run; both begin anew when its expression or time zone changed. */
  remember(name: string, expression: string, timezone: string, now: number): { anchor: number; lastRun: number } {
    this.#database
      .prepare(`INSERT INTO schedules VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
        expression = excluded.expression, timezone = excluded.timezone, anchor = excluded.anchor,
        last_run = excluded.last_run
        WHERE expression <> excluded.expression OR timezone <> excluded.timezone`)
      .run(name, expression, timezone, now, now);
    const row = this.#database.prepare("SELECT anchor, last_run FROM schedules WHERE name = ?").get(name);
    return { anchor: Number(row?.["anchor"] ?? now), lastRun: Number(row?.["last_run"] ?? now) };
  }

  forget(name: string): void {
    this.#database.prepare("DELETE FROM schedules WHERE name = ?").run(name);
    this.#database.prepare("DELETE FROM schedule_runs WHERE schedule = ?").run(name);
  }

  /** Notes that a schedule is due and that the run is to be delivered, in one step. */
  begin(run: PendingRun): void {
    this.#database.exec("BEGIN");
    this.#database.prepare("UPDATE schedules SET last_run = ? WHERE name = ?").run(run.scheduledAt, run.schedule);
    this.#save(run);
    this.#database.exec("COMMIT");
  }

  retry(run: PendingRun): void {
    this.#save(run);
  }

  end(id: string): void {
    this.#database.prepare("DELETE FROM schedule_runs WHERE id = ?").run(id);
  }

  pending(): readonly PendingRun[] {
    const rows = this.#database.prepare("SELECT * FROM schedule_runs ORDER BY due_at").all();
    return rows.map((row) => ({
      id: String(row["id"]),
      schedule: String(row["schedule"]),
      scheduledAt: Number(row["scheduled_at"]),
      attempts: Number(row["attempts"]),
      dueAt: Number(row["due_at"]),
    }));
  }

  #save({ id, schedule, scheduledAt, attempts, dueAt }: PendingRun): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO schedule_runs VALUES (?, ?, ?, ?, ?)")
      .run(id, schedule, scheduledAt, attempts, dueAt);
  }
}
