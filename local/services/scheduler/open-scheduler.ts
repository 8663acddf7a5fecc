import { randomUUID } from "node:crypto";
import {
  type AccessDecision,
  type AccessRequest,
  AwsError,
  type LambdaService,
  type MessagingService,
} from "../contract.ts";
import { sendToTarget } from "../message-target.ts";
import { openDatabase } from "../open-database.ts";
import type { Timetable } from "./expression.ts";
import { payloadOf, type ScheduleConfig, targetKindOf, validateSchedule } from "./schedule.ts";
import { type PendingRun, SCHEDULE_SCHEMA, ScheduleStore } from "./schedule-store.ts";

export interface SchedulerOptions {
  readonly file: string;
  readonly lambda: Pick<LambdaService, "invokeAsync">;
  readonly messaging: Pick<MessagingService, "call">;
  /** Whether a schedule's role may call its target; without it every role may. */
  readonly authorize?: (roleArn: string, access: AccessRequest) => AccessDecision;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Pause before retry `n`, from 1. */
  readonly retryDelayMs?: (retry: number) => number;
}

/** EventBridge Scheduler: schedules of functions and queues. */
export interface Scheduler {
  /** Adds or changes a schedule. Throws `ValidationException`. */
  putSchedule(config: ScheduleConfig): void;
  /** Takes a schedule away, with its runs that are not delivered. */
  deleteSchedule(name: string): void;
  /** When a schedule runs next, in milliseconds since the epoch; undefined when it does not. */
  nextRun(name: string): number | undefined;
  /** Delivers what is due; called by the scheduler's own timer. */
  runDue(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;
/** A timer is never set further ahead: a laptop that slept must not be late by as long as it slept. */
const LONGEST_WAIT_MS = 30_000;

interface Active {
  readonly config: ScheduleConfig;
  readonly timetable: Timetable;
  readonly anchor: number;
  lastRun: number;
}

/** Runs that fell due while the scheduler was closed are skipped, but for the one run of an `at()`. */
export const openScheduler = (options: SchedulerOptions): Scheduler => {
  const { file, lambda, messaging, authorize, clock = Date.now } = options;
  const { retryDelayMs = (retry) => Math.min(60_000, 1_000 * 2 ** (retry - 1)) } = options;
  const database = openDatabase(file, SCHEDULE_SCHEMA);
  const store = new ScheduleStore(database);
  const schedules = new Map<string, Active>();
  let timer: NodeJS.Timeout | undefined;
  let delivering: Promise<void> | undefined;
  let closed = false;

  const nextOf = ({ config, timetable, anchor, lastRun }: Active): number | undefined =>
    config.state === "DISABLED" ? undefined : timetable.next(lastRun, anchor);

  const arm = (): void => {
    clearTimeout(timer);
    if (closed) return;
    const times = [...schedules.values()].map(nextOf).concat(store.pending().map(({ dueAt }) => dueAt));
    const first = Math.min(...times.filter((time) => time !== undefined));
    if (!Number.isFinite(first)) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, first - clock()));
    timer = setTimeout(() => void runDue(), waitMs).unref();
  };

  const send = async (config: ScheduleConfig, payload: string): Promise<void> => {
    const { arn, roleArn } = config.target;
    const toFunction = targetKindOf(arn) === "lambda";
    const action = toFunction ? "lambda:InvokeFunction" : "sqs:SendMessage";
    const decision = authorize?.(roleArn, { action, resource: arn });
    if (decision?.allowed === false) throw new AwsError("AccessDeniedException", decision.reason, 403);
    if (toFunction) await lambda.invokeAsync(arn, JSON.parse(payload));
    else await sendToTarget(messaging, arn, payload);
  };

  const giveUp = async (config: ScheduleConfig, run: PendingRun, payload: string, error: unknown): Promise<void> => {
    const { deadLetterArn, arn } = config.target;
    if (deadLetterArn === undefined) return;
    const attributes = {
      ERROR_CODE: error instanceof AwsError ? error.code : "InternalError",
      ERROR_MESSAGE: error instanceof Error ? error.message.slice(0, 1_024) : String(error),
      EXECUTION_TIME: new Date(run.scheduledAt).toISOString(),
      RETRY_ATTEMPTS: String(run.attempts),
      TARGET_ARN: arn,
    };
    await sendToTarget(messaging, deadLetterArn, payload, attributes);
  };

  const deliver = async (config: ScheduleConfig, run: PendingRun): Promise<void> => {
    const { maximumRetryAttempts = DEFAULT_RETRIES, maximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } = config.target;
    const { scheduledAt, attempts, id: executionId } = run;
    const payload = payloadOf(config, { scheduledAt, executionId, attempt: attempts + 1 });
    try {
      await send(config, payload);
      if (!closed) store.end(run.id);
    } catch (error) {
      if (closed) return;
      const expired = clock() - scheduledAt > maximumEventAgeInSeconds * 1000;
      if (attempts >= maximumRetryAttempts || expired) {
        await giveUp(config, run, payload, error);
        if (!closed) store.end(run.id);
      } else {
        store.retry({ ...run, attempts: attempts + 1, dueAt: clock() + retryDelayMs(attempts + 1) });
      }
    }
  };

  const beginDue = (now: number): void => {
    for (const active of schedules.values()) {
      const scheduledAt = nextOf(active);
      if (scheduledAt === undefined || scheduledAt > now) continue;
      store.begin({ id: randomUUID(), schedule: active.config.name, scheduledAt, attempts: 0, dueAt: scheduledAt });
      // A late timer runs a schedule once, not once for each time it missed.
      active.lastRun = Math.max(scheduledAt, now);
    }
  };

  const deliverDue = async (): Promise<void> => {
    const now = clock();
    beginDue(now);
    for (const run of store.pending()) {
      const active = schedules.get(run.schedule);
      if (active === undefined || run.dueAt > now || closed) continue;
      try {
        await deliver(active.config, run);
      } catch {
        // The dead-letter queue did not take it: the run stays, and is tried again.
        if (!closed) store.retry({ ...run, dueAt: clock() + retryDelayMs(1) });
      }
    }
  };

  const runDue = (): Promise<void> => {
    delivering ??= deliverDue().finally(() => {
      delivering = undefined;
      arm();
    });
    return delivering;
  };

  return {
    putSchedule(config) {
      const timetable = validateSchedule(config);
      const now = clock();
      const { anchor, lastRun } = store.remember(config.name, config.expression, config.timezone ?? "UTC", now);
      schedules.set(config.name, {
        config,
        timetable,
        anchor,
        lastRun: timetable.once ? lastRun : Math.max(lastRun, now),
      });
      arm();
    },
    deleteSchedule(name) {
      schedules.delete(name);
      store.forget(name);
      arm();
    },
    nextRun(name) {
      const active = schedules.get(name);
      return active === undefined ? undefined : nextOf(active);
    },
    runDue,
    async close() {
      closed = true;
      clearTimeout(timer);
      await delivering;
      database.close();
    },
  };
};
