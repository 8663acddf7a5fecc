export type { AlarmConfig, AlarmState } from "./alarm.ts";
export type { AlarmChange, AlarmStatus } from "./alarms.ts";
export type { LogQuery, StoredLogLine } from "./log-store.ts";
export type { MetricDatum, MetricId } from "./metric.ts";
export type { MetricQuery } from "./metric-store.ts";
export { type CloudWatch, type CloudWatchOptions, type MetricSummary, openCloudWatch } from "./open-cloudwatch.ts";
