import type { DatabaseSync } from "node:sqlite";
import type { Unsubscribe } from "../contract.ts";
import { type AlarmConfig, type AlarmState, evaluateAlarm, validateAlarm } from "./alarm.ts";
import { emptyAggregate, merge, type Statistic, statisticOf } from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";

export const ALARM_SCHEMA = `CREATE TABLE IF NOT EXISTS alarm_states (
  name TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID`;

export interface AlarmStatus {
  readonly name: string;
  readonly state: AlarmState;
  readonly reason: string;
  /** When the state began, in milliseconds since the epoch. */
  readonly since: number;
}

export interface AlarmChange extends AlarmStatus {
  readonly before: AlarmState;
  /** ARNs to tell: the alarm's actions where it became ALARM and they are enabled. */
  readonly actions: readonly string[];
}

/** Alarms and their states; the states outlive a restart, the alarms themselves are put again by the program. */
export class Alarms {
  readonly #database: DatabaseSync;
  readonly #metrics: MetricStore;
  readonly #alarms = new Map<string, AlarmConfig & { readonly statistic: Statistic }>();
  readonly #listeners = new Set<(change: AlarmChange) => void>();

  constructor(database: DatabaseSync, metrics: MetricStore) {
    this.#database = database;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#alarms.size;
  }

  put(config: AlarmConfig, now: number): void {
    this.#alarms.set(config.name, validateAlarm(config));
    this.#database
      .prepare("INSERT OR IGNORE INTO alarm_states VALUES (?, 'INSUFFICIENT_DATA', 'not evaluated yet', ?)")
      .run(config.name, now);
  }

  delete(name: string): void {
    this.#alarms.delete(name);
    this.#database.prepare("DELETE FROM alarm_states WHERE name = ?").run(name);
  }

  onChange(listener: (change: AlarmChange) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  statuses(): readonly AlarmStatus[] {
    return [...this.#alarms.keys()].map((name) => this.#status(name));
  }

  /** Evaluates every alarm over the periods that are complete at a time. */
  evaluate(now: number): void {
    for (const alarm of this.#alarms.values()) {
      const before = this.#status(alarm.name);
      const { state, reason } = evaluateAlarm(alarm, this.#datapoints(alarm, now), before.state);
      if (state === before.state) continue;
      this.#database
        .prepare("UPDATE alarm_states SET state = ?, reason = ?, since = ? WHERE name = ?")
        .run(state, reason, now, alarm.name);
      const actions = state === "ALARM" && alarm.actionsEnabled !== false ? (alarm.alarmActions ?? []) : [];
      const change = { name: alarm.name, state, reason, since: now, before: before.state, actions };
      for (const listener of this.#listeners) listener(change);
    }
  }

  #datapoints(alarm: AlarmConfig & { readonly statistic: Statistic }, now: number): (number | undefined)[] {
    const periodMs = alarm.periodSeconds * 1000;
    const until = Math.floor(now / periodMs) * periodMs;
    const from = until - alarm.evaluationPeriods * periodMs;
    const { namespace, metricName: name, dimensions = {} } = alarm;
    const periods = Array.from({ length: alarm.evaluationPeriods }, emptyAggregate);
    for (const minute of this.#metrics.minutes({ namespace, name, dimensions, from, until })) {
      const period = periods[Math.floor((minute.time - from) / periodMs)];
      if (period !== undefined) merge(period, minute.aggregate);
    }
    return periods.map((period) => (period.count === 0 ? undefined : statisticOf(period, alarm.statistic)));
  }

  #status(name: string): AlarmStatus {
    const row = this.#database.prepare("SELECT * FROM alarm_states WHERE name = ?").get(name);
    return {
      name,
      state: String(row?.["state"] ?? "INSUFFICIENT_DATA") as AlarmState,
      reason: String(row?.["reason"] ?? ""),
      since: Number(row?.["since"] ?? 0),
    };
  }
}
