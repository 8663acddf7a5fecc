import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../../local/services/contract.ts";
import {
  openScheduler,
  type ScheduleConfig,
  type Scheduler,
  type SchedulerOptions,
} from "../../../../local/services/scheduler/index.ts";

const MINUTE = 60_000;
const FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:snapshots";
const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:work";
const roleArn = "arn:aws:iam::000000000000:role/scheduler";

let folder: string;
let now: number;
let scheduler: Scheduler;
let invoked: { arn: string; payload: unknown }[];
let sent: { queue: string; body: string; attributes: Record<string, { StringValue: string }> }[];
let failure: Error | undefined;

const open = (options: Partial<SchedulerOptions> = {}): Scheduler =>
  openScheduler({
    file: join(folder, "scheduler.db"),
    clock: () => now,
    retryDelayMs: () => MINUTE,
    lambda: {
      invokeAsync: async (arn, payload) => {
        if (failure !== undefined) throw failure;
        invoked.push({ arn, payload });
      },
    },
    messaging: {
      call: async (_service, _action, input) => {
        const { QueueUrl, MessageBody, MessageAttributes } = input as Record<string, never>;
        sent.push({ queue: QueueUrl ?? "", body: MessageBody ?? "", attributes: MessageAttributes ?? {} });
        return {};
      },
    },
    ...options,
  });
const schedule = (change: Partial<ScheduleConfig> = {}): ScheduleConfig => ({
  name: "daily",
  expression: "rate(1 minute)",
  target: { arn: FUNCTION, roleArn, input: '{"run":true}' },
  ...change,
});
const pass = async (milliseconds: number): Promise<void> => {
  now += milliseconds;
  await scheduler.runDue();
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-scheduler-"));
  now = Date.parse("2026-11-21T12:00:00Z");
  invoked = [];
  sent = [];
  failure = undefined;
  scheduler = open();
});
afterEach(async () => {
  await scheduler.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a schedule", () => {
  it("invokes its function with its input each time it is due, and once where it was missed", async () => {
    scheduler.putSchedule(schedule());
    await pass(MINUTE - 1);
    expect(invoked).toEqual([]);
    await pass(1);
    await pass(0);
    expect(invoked).toEqual([{ arn: FUNCTION, payload: { run: true } }]);
    await pass(10 * MINUTE);
    expect(invoked).toHaveLength(2);
    expect(scheduler.nextRun("daily")).toBe(Date.parse("2026-11-21T12:12:00Z"));
  });

  it("sends to a queue, with the scheduler's own attributes filled in", async () => {
    const input =
      "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.other>";
    scheduler.putSchedule(schedule({ target: { arn: QUEUE, roleArn, input } }));
    await pass(MINUTE);
    expect(sent).toEqual([
      {
        queue: "https://sqs.eu-west-1.amazonaws.com/000000000000/work",
        body: "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/daily 2026-11-21T12:01:00Z 1 <aws.scheduler.other>",
        attributes: {},
      },
    ]);
  });

  it("without an input sends the default event", async () => {
    scheduler.putSchedule(schedule({ target: { arn: FUNCTION, roleArn } }));
    await pass(MINUTE);
    expect(invoked[0]?.payload).toMatchObject({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
      time: "2026-11-21T12:01:00Z",
    });
  });

  it("does not run while disabled, nor once deleted", async () => {
    scheduler.putSchedule(schedule({ state: "DISABLED" }));
    expect(scheduler.nextRun("daily")).toBeUndefined();
    await pass(MINUTE);
    scheduler.putSchedule(schedule());
    scheduler.deleteSchedule("daily");
    await pass(MINUTE);
    expect(invoked).toEqual([]);
  });

  it("keeps its rhythm over a restart, skipping what was missed", async () => {
    scheduler.putSchedule(schedule({ expression: "rate(10 minutes)" }));
    await scheduler.close();
    now += 25 * MINUTE;
    scheduler = open();
    scheduler.putSchedule(schedule({ expression: "rate(10 minutes)" }));
    await scheduler.runDue();
    expect(invoked).toEqual([]);
    expect(scheduler.nextRun("daily")).toBe(Date.parse("2026-11-21T12:30:00Z"));
  });

  it("at a time runs once, late rather than never, and not again after a restart", async () => {
    const once = schedule({ expression: "at(2026-11-21T12:10:00)" });
    scheduler.putSchedule(once);
    await scheduler.close();
    now += 25 * MINUTE;
    for (let restart = 0; restart < 2; restart += 1) {
      scheduler = open();
      scheduler.putSchedule(once);
      await scheduler.runDue();
      if (restart === 0) await scheduler.close();
    }
    expect(invoked).toHaveLength(1);
  });
});

describe("a run that its target does not take", () => {
  const target = { arn: FUNCTION, roleArn, input: "{}", maximumRetryAttempts: 2, deadLetterArn: QUEUE };

  it("is tried again, over a restart too", async () => {
    failure = new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    scheduler.putSchedule(schedule({ expression: "rate(1 day)", target }));
    await pass(24 * 60 * MINUTE);
    await scheduler.close();
    failure = undefined;
    scheduler = open();
    scheduler.putSchedule(schedule({ expression: "rate(1 day)", target }));
    await pass(MINUTE);
    expect(invoked).toHaveLength(1);
    await pass(MINUTE);
    expect(invoked).toHaveLength(1);
  });

  it("goes to the dead-letter queue after its retries, with the reason", async () => {
    scheduler.putSchedule(schedule({ expression: "rate(1 day)", target }));
    failure = new AwsError("ResourceNotFoundException", "Function not found", 404);
    await pass(24 * 60 * MINUTE);
    for (let retry = 0; retry < 3; retry += 1) await pass(MINUTE);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      body: "{}",
      attributes: { ERROR_CODE: { StringValue: "ResourceNotFoundException" }, RETRY_ATTEMPTS: { StringValue: "2" } },
    });
  });

  it("is refused where the schedule's role may not call the target", async () => {
    await scheduler.close();
    scheduler = open({ authorize: (role, { action }) => ({ allowed: false, reason: `${role} may not ${action}` }) });
    scheduler.putSchedule(schedule({ target: { ...target, maximumRetryAttempts: 0 } }));
    await pass(MINUTE);
    expect(invoked).toEqual([]);
    expect(sent[0]?.attributes["ERROR_MESSAGE"]?.StringValue).toBe(`${roleArn} may not lambda:InvokeFunction`);
  });
});

describe("putting a schedule", () => {
  it.each<[string, Partial<ScheduleConfig>, RegExp]>([
    [
      "another target",
      { target: { arn: "arn:aws:ecs:eu-west-1:0:cluster/c", roleArn } },
      /target .* is not simulated locally/,
    ],
    ["an input that is no JSON", { target: { arn: FUNCTION, roleArn, input: "{" } }, /a function's input must be JSON/],
    ["an unknown state", { state: "PAUSED" }, /State must be ENABLED or DISABLED, got PAUSED/],
    ["a name with a space", { name: "a b" }, /a name has 1 to 64/],
    ["an expression that is none", { expression: "daily" }, /Invalid Schedule Expression daily/],
  ])("is refused for %s, and nothing is kept", (_case, change, message) => {
    expect(() => scheduler.putSchedule(schedule(change))).toThrow(message);
    expect(scheduler.nextRun("daily")).toBeUndefined();
  });
});
