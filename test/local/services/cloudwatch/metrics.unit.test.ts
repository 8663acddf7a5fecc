import { describe, expect, it } from "vitest";
import {
  type AlarmConfig,
  type AlarmState,
  evaluateAlarm,
  validateAlarm,
} from "../../../../local/services/cloudwatch/alarm.ts";
import { readEmf } from "../../../../local/services/cloudwatch/emf.ts";
import {
  aggregateOf,
  merge,
  SAMPLE_SIZE,
  type Statistic,
  statisticOf,
} from "../../../../local/services/cloudwatch/metric.ts";

const emf = (directive: object, values: object) =>
  JSON.stringify({ _aws: { Timestamp: 1_000, CloudWatchMetrics: [directive] }, ...values });

describe("a line of the embedded metric format", () => {
  it("gives a metric for each set of dimensions", () => {
    const line = emf(
      {
        Namespace: "orders",
        Dimensions: [["service"], ["service", "type"]],
        Metrics: [{ Name: "Placed", Unit: "Count" }],
      },
      { service: "orders", type: "web", Placed: 2 },
    );
    const shared = { namespace: "orders", name: "Placed", value: 2, unit: "Count", timestamp: 1_000 };
    expect(readEmf(line)).toEqual([
      { ...shared, dimensions: { service: "orders" } },
      { ...shared, dimensions: { service: "orders", type: "web" } },
    ]);
  });

  it("may hold several values, no dimensions, and Lambda's prefix", () => {
    const line = emf({ Namespace: "n", Metrics: [{ Name: "lag" }] }, { lag: [1, 2] });
    expect(readEmf(`2026-11-21T00:00:00.000Z\tid\tINFO\t${line}`)).toEqual([
      { namespace: "n", name: "lag", value: [1, 2], dimensions: {}, timestamp: 1_000 },
    ]);
  });

  it.each([
    ["plain text", "hello"],
    ["other JSON", '{"level":"INFO"}'],
    ["cut JSON", '{"_aws":{"Timestamp"'],
    ["a text that mentions it", 'see "_aws" in the manual'],
    ["a metric without its value", emf({ Namespace: "n", Metrics: [{ Name: "gone" }] }, {})],
    ["a value that is no number", emf({ Namespace: "n", Metrics: [{ Name: "x" }] }, { x: "1" })],
    ["no namespace", emf({ Metrics: [{ Name: "x" }] }, { x: 1 })],
  ])("%s gives none", (_case, line) => {
    expect(readEmf(line)).toEqual([]);
  });
});

describe("statistics", () => {
  it.each<[Statistic, number]>([
    ["Sum", 5050],
    ["Average", 50.5],
    ["Minimum", 1],
    ["Maximum", 100],
    ["SampleCount", 100],
    ["p50", 50],
    ["p99", 99],
    ["p99.9", 100],
    ["p100", 100],
  ])("%s of 1 to 100 is %d", (statistic, expected) => {
    expect(statisticOf(aggregateOf(Array.from({ length: 100 }, (_, index) => 100 - index)), statistic)).toBe(expected);
  });

  it("stay exact but for percentiles beyond the sample", () => {
    const aggregate = aggregateOf([]);
    for (let value = 0; value < 3 * SAMPLE_SIZE; value += 1) merge(aggregate, aggregateOf([value]));
    expect(aggregate).toMatchObject({ count: 3_000, minimum: 0, maximum: 2_999, sum: 4_498_500 });
    expect(aggregate.sample).toHaveLength(SAMPLE_SIZE);
  });
});

describe("an alarm", () => {
  const alarm: AlarmConfig = {
    name: "dead-letters",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    periodSeconds: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 5,
    comparisonOperator: "GreaterThanThreshold",
  };
  const gap = undefined;

  it.each<[string, Partial<AlarmConfig>, (number | undefined)[], AlarmState]>([
    ["below the threshold", {}, [1, 2, 3], "OK"],
    ["at the threshold", {}, [5, 5, 5], "OK"],
    ["too few breaches", {}, [6, 1, 1], "OK"],
    ["enough breaches", {}, [6, 1, 6], "ALARM"],
    ["all must breach by default", { datapointsToAlarm: 3 }, [6, 6, 1], "OK"],
    ["or equal", { comparisonOperator: "GreaterThanOrEqualToThreshold" }, [5, 5, 1], "ALARM"],
    ["less than", { comparisonOperator: "LessThanThreshold" }, [1, 1, 9], "ALARM"],
    ["less or equal", { comparisonOperator: "LessThanOrEqualToThreshold" }, [5, 5, 9], "ALARM"],
    ["nothing received", {}, [gap, gap, gap], "INSUFFICIENT_DATA"],
    ["nothing received, missing breaches", { treatMissingData: "breaching" }, [gap, gap, gap], "ALARM"],
    ["nothing received, missing is fine", { treatMissingData: "notBreaching" }, [gap, gap, gap], "OK"],
    ["nothing received, missing is ignored", { treatMissingData: "ignore" }, [gap, gap, gap], "ALARM"],
    ["one received", {}, [gap, 6, gap], "OK"],
    ["one received, missing breaches", { treatMissingData: "breaching" }, [gap, 6, gap], "ALARM"],
  ])("%s", (_case, change, datapoints, expected) => {
    expect(evaluateAlarm({ ...alarm, ...change }, datapoints, "ALARM").state).toBe(expected);
  });

  it.each<[string, Partial<AlarmConfig>, RegExp]>([
    [
      "an anomaly band",
      { comparisonOperator: "GreaterThanUpperThreshold" },
      /GreaterThanUpperThreshold is not simulated/,
    ],
    ["a period of seconds", { periodSeconds: 30 }, /Period must be a multiple of 60, got 30/],
    ["an unknown statistic", { statistic: "tm99" }, /Statistic tm99 is not simulated/],
    ["no periods", { evaluationPeriods: 0 }, /EvaluationPeriods must be at least 1/],
    [
      "more datapoints than periods",
      { datapointsToAlarm: 4 },
      /DatapointsToAlarm must be from 1 to EvaluationPeriods, got 4/,
    ],
    ["an unknown treatment", { treatMissingData: "shrug" }, /TreatMissingData must be one of .*, got shrug/],
  ])("is refused for %s", (_case, change, message) => {
    expect(() => validateAlarm({ ...alarm, ...change })).toThrow(message);
  });
});
