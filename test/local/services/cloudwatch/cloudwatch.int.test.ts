import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AlarmChange, type CloudWatch, openCloudWatch } from "../../../../local/services/cloudwatch/index.ts";

const MINUTE = 60_000;
let folder: string;
let now: number;
let cloudWatch: CloudWatch;
const open = (options = {}): CloudWatch =>
  openCloudWatch({ file: join(folder, "logs.db"), clock: () => now, ...options });
const line = (message: string, requestId?: string, functionName = "commands") => ({
  logGroupName: `/aws/lambda/${functionName}`,
  functionName,
  requestId,
  timestamp: now,
  message,
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-cloudwatch-"));
  now = 1_000 * MINUTE;
  cloudWatch = open();
});
afterEach(async () => {
  await cloudWatch.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("logs", () => {
  it("are found by function, request, text and time, the newest last", () => {
    cloudWatch.write(line("one", "r1"));
    cloudWatch.write(line("two", "r2"));
    now += MINUTE;
    cloudWatch.write(line("three", "r1", "router"));
    const messages = (query: Parameters<CloudWatch["logs"]>[0]) => cloudWatch.logs(query).map(({ message }) => message);
    expect(messages({})).toEqual(["one", "two", "three"]);
    expect(messages({ requestId: "r1" })).toEqual(["one", "three"]);
    expect(messages({ requestId: "r1", functionName: "router" })).toEqual(["three"]);
    expect(messages({ contains: "w" })).toEqual(["two"]);
    expect(messages({ since: now })).toEqual(["three"]);
    expect(messages({ limit: 2 })).toEqual(["two", "three"]);
    expect(messages({ afterId: cloudWatch.logs({ limit: 1 })[0]?.id ?? 0 })).toEqual([]);
  });

  it("outlive a restart and give way beyond the capacity", async () => {
    await cloudWatch.close();
    cloudWatch = open({ logCapacity: 200 });
    for (let index = 0; index < 1_000; index += 1) cloudWatch.write(line(String(index)));
    await cloudWatch.close();
    cloudWatch = open();
    const kept = cloudWatch.logs({ limit: 1_000 });
    expect(kept.length).toBeLessThanOrEqual(202);
    expect(kept.at(-1)?.message).toBe("999");
  });

  it("are told to those who listen", () => {
    const heard: string[] = [];
    const unsubscribe = cloudWatch.onLine(({ message }) => heard.push(message));
    cloudWatch.write(line("heard"));
    unsubscribe();
    cloudWatch.write(line("unheard"));
    expect(heard).toEqual(["heard"]);
  });
});

describe("metrics", () => {
  const lag = (value: number, projection: string) =>
    line(
      JSON.stringify({
        _aws: {
          Timestamp: now,
          CloudWatchMetrics: [
            { Namespace: "orders", Dimensions: [["projection"]], Metrics: [{ Name: "Lag", Unit: "Milliseconds" }] },
          ],
        },
        projection,
        Lag: value,
      }),
    );

  it("are read out of log lines and told apart by their dimensions", () => {
    for (const value of [10, 20, 30]) cloudWatch.write(lag(value, "list"));
    cloudWatch.write(lag(500, "search"));
    const metric = { namespace: "orders", name: "Lag" };
    expect(cloudWatch.metric({ ...metric, dimensions: { projection: "list" } })).toEqual({
      unit: "Milliseconds",
      count: 3,
      sum: 60,
      average: 20,
      minimum: 10,
      maximum: 30,
      p50: 20,
      p90: 30,
      p99: 30,
    });
    expect(cloudWatch.metric(metric)).toMatchObject({ count: 4, maximum: 500 });
    expect(cloudWatch.metric({ ...metric, dimensions: {} })).toBeUndefined();
    expect(cloudWatch.listMetrics()).toEqual([
      { ...metric, dimensions: { projection: "list" } },
      { ...metric, dimensions: { projection: "search" } },
    ]);
  });

  it("are kept by the minute, merged over flushes and restarts, and forgotten after their time", async () => {
    const datum = { namespace: "AWS/Lambda", name: "Invocations", dimensions: { FunctionName: "f" } };
    cloudWatch.putMetric({ ...datum, value: 1 });
    await cloudWatch.close();
    cloudWatch = open();
    cloudWatch.putMetric({ ...datum, value: 2 });
    now += MINUTE;
    cloudWatch.putMetric({ ...datum, value: [3, 4] });
    const { namespace, name } = datum;
    expect(cloudWatch.series({ namespace, name }).map(({ time, count, sum }) => [time, count, sum])).toEqual([
      [1_000 * MINUTE, 2, 3],
      [1_001 * MINUTE, 2, 7],
    ]);
    expect(cloudWatch.metric({ namespace, name, from: now })).toMatchObject({ sum: 7 });
    await cloudWatch.close();
    now += 73 * 60 * MINUTE;
    cloudWatch = open();
    expect(cloudWatch.metric({ namespace, name })).toBeUndefined();
  });
});

describe("alarms", () => {
  const queue = { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "dead" } };
  const putAlarm = () =>
    cloudWatch.putAlarm({
      name: "dead-letters",
      namespace: queue.namespace,
      metricName: queue.name,
      dimensions: queue.dimensions,
      statistic: "Maximum",
      periodSeconds: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: ["arn:aws:sns:eu-west-1:000000000000:operators"],
    });

  it("change with their metric, once a period is complete, and tell of it", async () => {
    const changes: AlarmChange[] = [];
    cloudWatch.onAlarm((change) => changes.push(change));
    putAlarm();
    cloudWatch.putMetric({ ...queue, value: 3 });
    cloudWatch.evaluateAlarms();
    now += MINUTE;
    cloudWatch.evaluateAlarms();
    cloudWatch.evaluateAlarms();
    now += MINUTE;
    cloudWatch.evaluateAlarms();
    expect(changes.map(({ before, state, actions }) => [before, state, actions.length])).toEqual([
      ["INSUFFICIENT_DATA", "OK", 0],
      ["OK", "ALARM", 1],
      ["ALARM", "OK", 0],
    ]);
  });

  it("keep their state over a restart, and lose it when deleted", async () => {
    putAlarm();
    cloudWatch.putMetric({ ...queue, value: 3 });
    now += MINUTE;
    cloudWatch.evaluateAlarms();
    const since = now;
    await cloudWatch.close();
    now += 1_000;
    cloudWatch = open();
    putAlarm();
    expect(cloudWatch.alarms()).toEqual([
      {
        name: "dead-letters",
        state: "ALARM",
        since,
        reason: expect.stringContaining("[3] were GreaterThanThreshold 0") as string,
      },
    ]);
    cloudWatch.deleteAlarm("dead-letters");
    expect(cloudWatch.alarms()).toEqual([]);
    putAlarm();
    expect(cloudWatch.alarms()).toMatchObject([{ state: "INSUFFICIENT_DATA" }]);
  });
});
