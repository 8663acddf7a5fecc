import { Cron } from "croner";
import { AwsError } from "../contract.ts";

/** When a schedule runs. */
export interface Timetable {
  /** Runs once, and is over then. */
  readonly once: boolean;
  /** The first run after a time, undefined when there is none. A rate counts from `anchor`. Milliseconds since the epoch. */
  next(after: number, anchor: number): number | undefined;
}

const UNITS_MS = new Map([
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/**
 * Reads `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)` and `at(2026-11-21T13:00:00)` as EventBridge Scheduler does.
 * Throws `ValidationException`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const readExpression = (expression: string, timezone: string): Timetable => {
  assertTimezone(timezone);
  const [, kind, body = ""] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === "rate") return readRate(expression, body);
  if (kind === "cron") return readCron(expression, body, timezone);
  if (kind === "at") return readAt(expression, body, timezone);
  throw refused(expression, "expected rate(...), cron(...) or at(...)");
};

const readRate = (expression: string, body: string): Timetable => {
  const [, amount, unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(body.trim()) ?? [];
  const periodMs = Number(amount) * (UNITS_MS.get(unit) ?? Number.NaN);
  if (!(periodMs > 0))
    throw refused(expression, "expected a number of minutes, hours or days, such as rate(5 minutes)");
  return {
    once: false,
    next: (after, anchor) => anchor + Math.max(1, Math.floor((after - anchor) / periodMs) + 1) * periodMs,
  };
};

const readCron = (expression: string, body: string, timezone: string): Timetable => {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6)
    throw refused(expression, "expected six fields: minutes hours day-of-month month day-of-week year");
  const [minutes, hours, dayOfMonth = "", month, dayOfWeek = "", year] = fields;
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    throw refused(expression, "one of day-of-month and day-of-week must be ?");
  // AWS counts days of the week from 1 (Sunday), croner from 0; croner takes ? for "now", and 0/15 only if sloppy.
  const weekdays = dayOfWeek.replace(
    /(^|[,-])(\d)/g,
    (_match, before: string, day: string) => `${before}${Number(day) - 1}`,
  );
  const pattern = ["0", minutes, hours, dayOfMonth, month, weekdays, year].map((field) =>
    field === "?" ? "*" : field,
  );
  let cron: Cron;
  try {
    cron = new Cron(pattern.join(" "), { timezone, paused: true, mode: "7-part", sloppyRanges: true });
  } catch (error) {
    throw refused(expression, error instanceof Error ? error.message : String(error));
  }
  return { once: false, next: (after) => cron.nextRun(new Date(after))?.getTime() };
};

const readAt = (expression: string, body: string, timezone: string): Timetable => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) throw refused(expression, "expected at(yyyy-mm-ddThh:mm:ss)");
  const time = new Cron(body, { timezone, paused: true }).nextRun(new Date(0))?.getTime();
  if (time === undefined) throw refused(expression, "no such time");
  return { once: true, next: (after) => (time > after ? time : undefined) };
};

const assertTimezone = (timezone: string): void => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw new AwsError("ValidationException", `Provided ScheduleExpressionTimezone is not valid: ${timezone}`);
  }
};

const refused = (expression: string, reason: string): AwsError =>
  new AwsError("ValidationException", `Invalid Schedule Expression ${expression}: ${reason}.`);
