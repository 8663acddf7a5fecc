import { AwsError } from "../contract.ts";
import { readExpression, type Timetable } from "./expression.ts";

export interface ScheduleTarget {
  /** ARN of a function or a queue. */
  readonly arn: string;
  readonly roleArn: string;
  /** JSON for a function, text for a queue; may have `<aws.scheduler.scheduled-time>` and its like. */
  readonly input?: string;
  readonly deadLetterArn?: string;
  /** @default 185 */
  readonly maximumRetryAttempts?: number;
  /** @default 86400 */
  readonly maximumEventAgeInSeconds?: number;
}

/** Fields as in EventBridge Scheduler's `CreateSchedule`; the flexible time window is OFF. */
export interface ScheduleConfig {
  readonly name: string;
  readonly expression: string;
  /** @default "UTC" */
  readonly timezone?: string;
  /** `ENABLED` or `DISABLED`. @default "ENABLED" */
  readonly state?: string;
  readonly target: ScheduleTarget;
}

export const targetKindOf = (arn: string): "lambda" | "sqs" | undefined => {
  const service = arn.split(":")[2];
  return service === "lambda" || service === "sqs" ? service : undefined;
};

/** Refuses what CreateSchedule refuses, and by name what is not simulated. Throws `ValidationException`. */
export const validateSchedule = (config: ScheduleConfig): Timetable => {
  const { name, target, state = "ENABLED" } = config;
  const refuse = (message: string): never => {
    throw new AwsError("ValidationException", `Schedule ${name}: ${message}`);
  };
  if (!/^[\w.-]{1,64}$/.test(name)) refuse("a name has 1 to 64 letters, digits, dots, hyphens and underscores");
  if (state !== "ENABLED" && state !== "DISABLED") refuse(`State must be ENABLED or DISABLED, got ${state}`);
  const kind = targetKindOf(target.arn);
  if (kind === undefined) refuse(`target ${target.arn} is not simulated locally: only lambda and sqs are`);
  if (target.deadLetterArn !== undefined && targetKindOf(target.deadLetterArn) !== "sqs") {
    refuse(`dead-letter target ${target.deadLetterArn} is no queue`);
  }
  if (kind === "lambda" && target.input !== undefined && !isJson(target.input))
    refuse("a function's input must be JSON");
  return readExpression(config.expression, config.timezone ?? "UTC");
};

/** What the target receives: the input with the scheduler's own attributes filled in, or the default event. */
export const payloadOf = (
  config: ScheduleConfig,
  run: { readonly scheduledAt: number; readonly executionId: string; readonly attempt: number },
): string => {
  const { target } = config;
  const [, , , region = "", account = ""] = target.arn.split(":");
  const scheduleArn = `arn:aws:scheduler:${region}:${account}:schedule/default/${config.name}`;
  const time = new Date(run.scheduledAt).toISOString().replace(".000Z", "Z");
  if (target.input === undefined) {
    return JSON.stringify({
      version: "0",
      id: run.executionId,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account,
      time,
      region,
      resources: [scheduleArn],
      detail: "{}",
    });
  }
  const attributes = new Map([
    ["schedule-arn", scheduleArn],
    ["scheduled-time", time],
    ["execution-id", run.executionId],
    ["attempt-number", String(run.attempt)],
  ]);
  return target.input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (text, name: string) => attributes.get(name) ?? text);
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
