import { AwsError } from "../services/contract.ts";

/** What a fault may look at: the call, and the resource of its first permission. */
export interface FaultTarget {
  readonly service: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * The one place where faults come in. `before` runs when a call is authorized and has had no effect yet; `after` when
 * its effect is durable and the answer not yet sent. Each may wait, and throws the `AwsError` that the caller is to see.
 */
export interface Faults {
  before(target: FaultTarget): Promise<void>;
  after(target: FaultTarget): Promise<void>;
}

export type FaultKind =
  /** The service's throttling error, before any effect. */
  | "throttle"
  /** 500 before any effect. */
  | "failBefore"
  /** 500 although the effect took place: the caller cannot know. */
  | "failAfter"
  /** The answer comes late. */
  | "delay";

export interface FaultRule {
  readonly service: string;
  /** An action's name, or `*`. */
  readonly action: string;
  /** Part of the resource's ARN; every resource when left out. */
  readonly resource?: string;
  readonly kind: FaultKind;
  /** How long a `delay` takes. */
  readonly delayMs?: number;
  /** Between 0 and 1. @default 1 */
  readonly probability?: number;
  /** How often it strikes before it is spent. @default without limit */
  readonly times?: number;
}

export interface RuleFaults extends Faults {
  /** Adds a rule and returns how to take it away. */
  add(rule: FaultRule): () => void;
  clear(): void;
}

/** What a service calls it when a caller is too fast; SDK clients retry these. */
const THROTTLING: Readonly<Record<string, AwsError>> = {
  dynamodb: new AwsError(
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded.",
  ),
  kinesis: new AwsError("ProvisionedThroughputExceededException", "Rate exceeded for shard."),
  lambda: new AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
  s3: new AwsError("SlowDown", "Please reduce your request rate.", 503),
};

const throttling = (service: string): AwsError =>
  THROTTLING[service] ?? new AwsError("ThrottlingException", "Rate exceeded");

const failure = (service: string): AwsError =>
  new AwsError(service === "dynamodb" ? "InternalServerError" : "InternalFailure", "A fault that was asked for.", 500);

export interface RuleFaultsOptions {
  /** From 0 up to 1; pass a seeded one to repeat a run. */
  readonly random?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Faults by rules kept in memory; the first rule that fits and strikes decides. */
export const createFaults = (options: RuleFaultsOptions = {}): RuleFaults => {
  const { random = Math.random, wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) } =
    options;
  const rules = new Set<{ readonly rule: FaultRule; left: number }>();

  const strike = (target: FaultTarget, kinds: readonly FaultKind[]): FaultRule | undefined => {
    for (const entry of rules) {
      const { rule } = entry;
      if (!kinds.includes(rule.kind) || rule.service !== target.service) continue;
      if (rule.action !== "*" && rule.action !== target.action) continue;
      if (rule.resource !== undefined && !target.resource.includes(rule.resource)) continue;
      if (random() >= (rule.probability ?? 1)) continue;
      entry.left -= 1;
      if (entry.left <= 0) rules.delete(entry);
      return rule;
    }
    return undefined;
  };

  return {
    add: (rule) => {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.add(entry);
      return () => rules.delete(entry);
    },
    clear: () => rules.clear(),
    before: async (target) => {
      const rule = strike(target, ["throttle", "failBefore"]);
      if (rule !== undefined) throw rule.kind === "throttle" ? throttling(target.service) : failure(target.service);
    },
    after: async (target) => {
      const delay = strike(target, ["delay"]);
      if (delay !== undefined) await wait(delay.delayMs ?? 0);
      if (strike(target, ["failAfter"]) !== undefined) throw failure(target.service);
    },
  };
};
