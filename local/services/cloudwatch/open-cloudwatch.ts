import type { LogLine, LogSink, Unsubscribe } from "../contract.ts";
import { openDatabase } from "../open-database.ts";
import type { AlarmConfig } from "./alarm.ts";
import { ALARM_SCHEMA, type AlarmChange, type AlarmStatus, Alarms } from "./alarms.ts";
import { readEmf } from "./emf.ts";
import { LOG_SCHEMA, type LogQuery, LogStore, type StoredLogLine } from "./log-store.ts";
import { type Aggregate, emptyAggregate, type MetricDatum, type MetricId, merge, statisticOf } from "./metric.ts";
import { METRIC_SCHEMA, type MetricQuery, MetricStore } from "./metric-store.ts";

export interface CloudWatchOptions {
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Log lines kept; older ones give way. @default 200000 */
  readonly logCapacity?: number;
  /** How long metrics are kept. @default 72 */
  readonly metricHours?: number;
  /** How long lines may wait to be written; the last ones are lost with a killed process. @default 1000 */
  readonly flushAfterMs?: number;
  /** How often alarms are evaluated. @default 15 */
  readonly evaluateEverySeconds?: number;
}

export interface MetricSummary {
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly average: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Logs, metrics and alarms of the local cloud. */
export interface CloudWatch extends LogSink {
  /** For what services publish about themselves, such as `AWS/SQS` `ApproximateNumberOfMessagesVisible`. */
  putMetric(datum: MetricDatum): void;
  /** The newest lines that fit, the oldest of them first. */
  logs(query?: LogQuery): readonly StoredLogLine[];
  /** Told of every line as it is written. */
  onLine(listener: (line: LogLine) => void): Unsubscribe;
  /** A metric over a stretch of time, undefined where it has no value. */
  metric(query: MetricQuery): MetricSummary | undefined;
  /** The same, a point for each minute that has values. */
  series(query: MetricQuery): readonly (MetricSummary & { readonly time: number })[];
  listMetrics(): readonly MetricId[];
  /** Throws `ValidationError`. */
  putAlarm(config: AlarmConfig): void;
  deleteAlarm(name: string): void;
  alarms(): readonly AlarmStatus[];
  onAlarm(listener: (change: AlarmChange) => void): Unsubscribe;
  /** Evaluates now instead of at the next turn. */
  evaluateAlarms(): void;
  close(): Promise<void>;
}

const FLUSH_LINES = 1_000;

export const openCloudWatch = (options: CloudWatchOptions): CloudWatch => {
  const { file, clock = Date.now, logCapacity = 200_000, metricHours = 72, flushAfterMs = 1_000 } = options;
  const database = openDatabase(file, [LOG_SCHEMA, METRIC_SCHEMA, ALARM_SCHEMA].join(";"));
  const logStore = new LogStore(database, logCapacity);
  const metricStore = new MetricStore(database);
  const alarms = new Alarms(database, metricStore);
  const listeners = new Set<(line: LogLine) => void>();
  let pending: LogLine[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0 && !metricStore.dirty) return;
    database.exec("BEGIN");
    logStore.insert(pending);
    metricStore.flush();
    database.exec("COMMIT");
    pending = [];
  };
  const flushSoon = (): void => {
    if (pending.length >= FLUSH_LINES) flush();
    else timer ??= setTimeout(flush, flushAfterMs).unref();
  };
  const putMetric = (datum: MetricDatum): void => {
    metricStore.add(datum, clock());
    flushSoon();
  };
  const evaluateAlarms = (): void => {
    if (alarms.size === 0) return;
    flush();
    alarms.evaluate(clock());
  };

  metricStore.trim(clock() - metricHours * 3_600_000);
  const evaluation = setInterval(evaluateAlarms, (options.evaluateEverySeconds ?? 15) * 1000).unref();

  return {
    write(line) {
      pending.push(line);
      for (const datum of readEmf(line.message)) metricStore.add(datum, line.timestamp);
      for (const listener of listeners) listener(line);
      flushSoon();
    },
    putMetric,
    logs(query = {}) {
      flush();
      return logStore.query(query);
    },
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    metric(query) {
      flush();
      const minutes = metricStore.minutes(query);
      const whole = emptyAggregate();
      for (const minute of minutes) merge(whole, minute.aggregate);
      return whole.count === 0 ? undefined : summaryOf(whole, minutes[0]?.unit ?? "None");
    },
    series(query) {
      flush();
      return metricStore.minutes(query).map(({ time, unit, aggregate }) => ({ time, ...summaryOf(aggregate, unit) }));
    },
    listMetrics() {
      flush();
      return metricStore.list();
    },
    putAlarm: (config) => alarms.put(config, clock()),
    deleteAlarm: (name) => alarms.delete(name),
    alarms: () => alarms.statuses(),
    onAlarm: (listener) => alarms.onChange(listener),
    evaluateAlarms,
    async close() {
      clearInterval(evaluation);
      flush();
      database.close();
    },
  };
};

const summaryOf = (aggregate: Aggregate, unit: string): MetricSummary => ({
  unit,
  count: aggregate.count,
  sum: aggregate.sum,
  average: statisticOf(aggregate, "Average"),
  minimum: aggregate.minimum,
  maximum: aggregate.maximum,
  p50: statisticOf(aggregate, "p50"),
  p90: statisticOf(aggregate, "p90"),
  p99: statisticOf(aggregate, "p99"),
});
