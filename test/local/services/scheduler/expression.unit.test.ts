import { describe, expect, it } from "vitest";
import { readExpression } from "../../../../local/services/scheduler/expression.ts";

const at = (text: string): number => Date.parse(text);
const runs = (
  expression: string,
  after: string,
  count: number,
  timezone = "UTC",
  anchor = after,
): (string | undefined)[] => {
  const timetable = readExpression(expression, timezone);
  const found: (string | undefined)[] = [];
  let time: number | undefined = at(after);
  while (found.length < count && time !== undefined) {
    time = timetable.next(time, at(anchor));
    found.push(time === undefined ? undefined : new Date(time).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
};

describe("a schedule expression", () => {
  it.each<[string, string, string, (string | undefined)[], string?]>([
    ["rate(5 minutes)", "a rate", "2026-11-21T12:02Z", ["2026-11-21T12:07Z", "2026-11-21T12:12Z"]],
    ["rate(1 day)", "a day", "2026-11-21T12:00Z", ["2026-11-22T12:00Z"]],
    ["at(2026-11-21T13:30:00)", "once", "2026-11-21T12:00Z", ["2026-11-21T13:30Z", undefined]],
    ["at(2026-07-01T13:30:00)", "once, in a time zone", "2026-01-01T00:00Z", ["2026-07-01T11:30Z"], "Europe/Berlin"],
    ["cron(0 12 * * ? *)", "each noon", "2026-11-21T12:00Z", ["2026-11-22T12:00Z", "2026-11-23T12:00Z"]],
    ["cron(0 12 ? * MON-FRI *)", "weekdays by name", "2026-11-20T13:00Z", ["2026-11-23T12:00Z"]],
    ["cron(0 12 ? * 2-6 *)", "weekdays by AWS's numbers", "2026-11-20T13:00Z", ["2026-11-23T12:00Z"]],
    ["cron(0 12 ? * 1 *)", "Sunday is 1", "2026-11-20T13:00Z", ["2026-11-22T12:00Z"]],
    ["cron(0 8 L * ? *)", "the last of a month", "2026-02-01T00:00Z", ["2026-02-28T08:00Z"]],
    ["cron(0 8 ? * 6L *)", "the last Friday", "2026-11-01T00:00Z", ["2026-11-27T08:00Z"]],
    ["cron(0 8 ? * 2#1 *)", "the first Monday", "2026-11-03T00:00Z", ["2026-12-07T08:00Z"]],
    [
      "cron(5/20 8 1 1 ? 2027)",
      "steps and a year",
      "2026-01-01T00:00Z",
      ["2027-01-01T08:05Z", "2027-01-01T08:25Z", "2027-01-01T08:45Z", undefined],
    ],
    ["cron(0 12 * * ? 2020)", "a year that is over", "2026-01-01T00:00Z", [undefined]],
    ["cron(0 9 * * ? *)", "summer time", "2026-03-28T12:00Z", ["2026-03-29T07:00Z"], "Europe/Berlin"],
  ])("%s: %s", (expression, _case, after, expected, timezone) => {
    expect(runs(expression, after, expected.length, timezone)).toEqual(expected);
  });

  it("counts a rate from where it began", () => {
    expect(runs("rate(10 minutes)", "2026-11-21T12:59Z", 1, "UTC", "2026-11-21T12:03Z")).toEqual(["2026-11-21T13:03Z"]);
  });

  it.each<[string, RegExp]>([
    ["every day", /expected rate\(\.\.\.\), cron\(\.\.\.\) or at\(\.\.\.\)/],
    ["rate(0 minutes)", /such as rate\(5 minutes\)/],
    ["rate(5 seconds)", /such as rate\(5 minutes\)/],
    ["cron(0 12 * * ?)", /expected six fields/],
    ["cron(0 12 * * * *)", /one of day-of-month and day-of-week must be \?/],
    ["cron(0 12 ? * ? *)", /one of day-of-month and day-of-week must be \?/],
    ["cron(0 25 * * ? *)", /Invalid Schedule Expression cron\(0 25 \* \* \? \*\)/],
    ["at(tomorrow)", /expected at\(yyyy-mm-ddThh:mm:ss\)/],
  ])("%s is refused", (expression, message) => {
    expect(() => readExpression(expression, "UTC")).toThrow(message);
  });

  it("in a time zone that does not exist is refused", () => {
    expect(() => readExpression("rate(1 day)", "Mars/Olympus")).toThrow(
      "ScheduleExpressionTimezone is not valid: Mars/Olympus",
    );
  });
});
