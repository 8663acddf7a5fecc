import { AwsError } from "../contract.ts";
import { isStatistic, type Statistic } from "./metric.ts";

export type ComparisonOperator =
  | "GreaterThanThreshold"
  | "GreaterThanOrEqualToThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** An alarm over one metric with a fixed threshold; fields as in `PutMetricAlarm`. */
export interface AlarmConfig {
  readonly name: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** `Sum`, `Average`, ..., or an extended statistic such as `p99`. */
  readonly statistic: string;
  /** Seconds; a multiple of 60. */
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** @default evaluationPeriods */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: string;
  /** @default "missing" */
  readonly treatMissingData?: string;
  /** @default true */
  readonly actionsEnabled?: boolean;
  /** ARNs that are told when the state becomes ALARM; handed to the listeners, which see to it. */
  readonly alarmActions?: readonly string[];
}

const comparisons = new Map<string, (value: number, threshold: number) => boolean>([
  ["GreaterThanThreshold", (value, threshold) => value > threshold],
  ["GreaterThanOrEqualToThreshold", (value, threshold) => value >= threshold],
  ["LessThanThreshold", (value, threshold) => value < threshold],
  ["LessThanOrEqualToThreshold", (value, threshold) => value <= threshold],
] satisfies [ComparisonOperator, (value: number, threshold: number) => boolean][]);

const MISSING_DATA = ["missing", "ignore", "breaching", "notBreaching"];

/** Refuses what is wrong, or not simulated, by name. Throws `ValidationError`. */
export const validateAlarm = (config: AlarmConfig): AlarmConfig & { readonly statistic: Statistic } => {
  const refuse = (message: string): never => {
    throw new AwsError("ValidationError", `Alarm ${config.name}: ${message}`);
  };
  const { statistic, datapointsToAlarm = config.evaluationPeriods } = config;
  if (!comparisons.has(config.comparisonOperator)) {
    refuse(
      `ComparisonOperator ${config.comparisonOperator} is not simulated locally: only ${[...comparisons.keys()].join(", ")}`,
    );
  }
  if (!MISSING_DATA.includes(config.treatMissingData ?? "missing")) {
    refuse(`TreatMissingData must be one of ${MISSING_DATA.join(", ")}, got ${config.treatMissingData}`);
  }
  if (config.periodSeconds < 60 || config.periodSeconds % 60 !== 0) {
    refuse(`Period must be a multiple of 60, got ${config.periodSeconds}: metrics are kept by the minute locally`);
  }
  if (!(config.evaluationPeriods >= 1)) refuse(`EvaluationPeriods must be at least 1, got ${config.evaluationPeriods}`);
  if (!(datapointsToAlarm >= 1 && datapointsToAlarm <= config.evaluationPeriods)) {
    refuse(`DatapointsToAlarm must be from 1 to EvaluationPeriods, got ${datapointsToAlarm}`);
  }
  if (!isStatistic(statistic)) return refuse(`Statistic ${statistic} is not simulated locally`);
  return { ...config, statistic };
};

/**
 * The state of an alarm by the datapoints of its evaluation periods, undefined where a period has none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const evaluateAlarm = (
  config: AlarmConfig,
  datapoints: readonly (number | undefined)[],
  before: AlarmState,
): { readonly state: AlarmState; readonly reason: string } => {
  const { threshold, treatMissingData = "missing", datapointsToAlarm = config.evaluationPeriods } = config;
  const breaches = comparisons.get(config.comparisonOperator) ?? (() => false);
  const present = datapoints.filter((value) => value !== undefined);
  if (present.length === 0 && treatMissingData === "missing") {
    return { state: "INSUFFICIENT_DATA", reason: "no datapoint was received" };
  }
  if (present.length === 0 && treatMissingData === "ignore") {
    return { state: before, reason: "no datapoint was received; missing data is ignored" };
  }
  const filled = treatMissingData === "breaching" ? datapoints.length - present.length : 0;
  const breaching = filled + present.filter((value) => breaches(value, threshold)).length;
  const state = breaching >= datapointsToAlarm ? "ALARM" : "OK";
  const values = datapoints.map((value) => value ?? "missing").join(", ");
  const reason = `${breaching} of the last ${datapoints.length} datapoints [${values}] were ${config.comparisonOperator} ${threshold}; ${datapointsToAlarm} make an alarm`;
  return { state, reason };
};
