import type { BatchVerdict } from "./batch-response.ts";

/** How one invocation with a batch ended. */
export type DeliveryOutcome<Failure> =
  | { readonly kind: "verdict"; readonly verdict: BatchVerdict; readonly failure?: Failure }
  /** The function was not reached: throttled, or gone. Costs no retry. */
  | { readonly kind: "unreached" };

export type GiveUpReason = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface DeliveryPolicy {
  /** -1: endless. */
  readonly maximumRetryAttempts: number;
  /** -1: endless. */
  readonly maximumRecordAgeInSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
}

export interface DeliverySteps<T, Failure> {
  readonly invoke: (batch: readonly T[]) => Promise<DeliveryOutcome<Failure>>;
  readonly identifierOf: (record: T) => string;
  readonly arrivedAt: (record: T) => number;
  readonly now: () => number;
  /** These records are delivered, or given up: they will not be asked for again. */
  readonly settled: (records: readonly T[]) => void;
  /** Takes what is given up to the on-failure destination. `invocations` is how often the function saw the batch. */
  readonly giveUp: (batch: readonly T[], reason: GiveUpReason, invocations: number, last?: Failure) => Promise<void>;
  /** Pauses before retry `n`, from 1. Resolves false when the mapping was stopped. */
  readonly pause: (retry: number) => Promise<boolean>;
}

interface Part<T> {
  readonly records: readonly T[];
  /** Failures that counted. */
  readonly attempts: number;
  readonly invocations: number;
}

/**
 * Delivers a batch of a stream in order until each record is settled: retried with pauses, cut at the first failed
 * record where the function names it, halved where the mapping bisects (a cut costs no retry), given up when the
 * retries or the records' age run out. Returns early, nothing more settled, when the mapping is stopped.
 */
export const deliverBatch = async <T, Failure>(
  batch: readonly T[],
  policy: DeliveryPolicy,
  steps: DeliverySteps<T, Failure>,
): Promise<void> => {
  const open: Part<T>[] = [{ records: batch, attempts: 0, invocations: 0 }];
  let unreached = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const records = await dropExpired(part, policy, steps);
    if (records.length === 0) continue;
    const outcome = await steps.invoke(records);
    if (outcome.kind === "unreached") {
      unreached += 1;
      open.push({ ...part, records });
      if (!(await steps.pause(unreached))) return;
      continue;
    }
    unreached = 0;
    const rest = remaining(records, outcome.verdict, steps);
    if (rest.length < records.length) steps.settled(records.slice(0, records.length - rest.length));
    if (rest.length === 0) continue;
    const invocations = part.invocations + 1;
    if (policy.bisectBatchOnFunctionError && (rest.length > 1 || rest.length < records.length)) {
      open.push(
        ...(rest.length < records.length ? [rest] : halves(rest)).map((half) => ({
          ...part,
          records: half,
          invocations,
        })),
      );
      if (!(await steps.pause(1))) return;
      continue;
    }
    const attempts = part.attempts + 1;
    if (policy.maximumRetryAttempts >= 0 && attempts > policy.maximumRetryAttempts) {
      await steps.giveUp(rest, "RetryAttemptsExhausted", invocations, outcome.failure);
      steps.settled(rest);
      continue;
    }
    open.push({ records: rest, attempts, invocations });
    if (!(await steps.pause(attempts))) return;
  }
};

/** What must be delivered again: everything from the first failed record on. */
const remaining = <T, Failure>(
  records: readonly T[],
  verdict: BatchVerdict,
  steps: DeliverySteps<T, Failure>,
): readonly T[] => {
  if (verdict.kind === "success") return [];
  if (verdict.kind === "failure") return records;
  return records.slice(records.findIndex((record) => verdict.failed.has(steps.identifierOf(record))));
};

/** The later half first: the parts are a stack. */
const halves = <T>(records: readonly T[]): (readonly T[])[] => {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(middle), records.slice(0, middle)];
};

const dropExpired = async <T, Failure>(
  part: Part<T>,
  policy: DeliveryPolicy,
  steps: DeliverySteps<T, Failure>,
): Promise<readonly T[]> => {
  if (policy.maximumRecordAgeInSeconds < 0) return part.records;
  const oldest = steps.now() - policy.maximumRecordAgeInSeconds * 1000;
  const expired = part.records.filter((record) => steps.arrivedAt(record) < oldest);
  if (expired.length === 0) return part.records;
  await steps.giveUp(expired, "RecordAgeExceeded", part.invocations);
  steps.settled(expired);
  return part.records.filter((record) => steps.arrivedAt(record) >= oldest);
};
