import { setTimeout as delay } from "node:timers/promises";
import { AwsError, type InvocationResult, type Unsubscribe } from "../../contract.ts";
import { sendToTarget } from "../../message-target.ts";
import { type DeliveryOutcome, deliverBatch, type GiveUpReason } from "./batch-delivery.ts";
import { readBatchResponse } from "./batch-response.ts";
import { batchPayload, type EventSource, type SourceContext } from "./event-source.ts";
import { failureReport } from "./failure-report.ts";
import { anyPattern } from "./filter-pattern.ts";
import { ShardReader } from "./shard-reader.ts";
import type { Position, Shard, Stream, StreamRecord } from "./stream.ts";

const DEFAULT_BATCH_SIZE = 100;
const DESTINATION_ATTEMPTS = 3;

/** A mapping of a DynamoDB or Kinesis stream: one reader a shard, a child shard after its parents are done. */
export class StreamSource implements EventSource {
  readonly #context: SourceContext;
  readonly #stream: Stream;
  readonly #matches: (value: unknown) => boolean;
  readonly #readers = new Map<string, { reader: ShardReader; ended: Promise<void> }>();
  readonly #stop = new AbortController();
  #unsubscribe: Unsubscribe | undefined;
  #discovering: Promise<void> | undefined;
  #again = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #discovered = false;

  constructor(context: SourceContext, stream: Stream) {
    this.#context = context;
    this.#stream = stream;
    this.#matches = anyPattern(context.config.filters ?? []);
  }

  start(): void {
    this.#unsubscribe = this.#stream.onRecords((shardId) => {
      const known = this.#readers.get(shardId);
      if (known === undefined) void this.#discover();
      else known.reader.notify();
    });
    void this.#discover();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unsubscribe?.();
    clearTimeout(this.#retryTimer);
    await this.#discovering;
    const readers = [...this.#readers.values()];
    for (const { reader } of readers) reader.stop();
    await Promise.all(readers.map(({ ended }) => ended));
  }

  async caughtUp(): Promise<boolean> {
    await this.#discover();
    const answers = await Promise.all([...this.#readers.values()].map(({ reader }) => reader.caughtUp()));
    return this.#discovered && answers.every(Boolean);
  }

  /** Looks for shards to read; a call during another has it look again. */
  #discover(): Promise<void> {
    this.#again = this.#discovering !== undefined;
    this.#discovering ??= this.#discoverOnce().finally(() => {
      this.#discovering = undefined;
      if (this.#again) void this.#discover();
    });
    return this.#discovering;
  }

  async #discoverOnce(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { config, checkpoints, report, limits } = this.#context;
    try {
      const shards = await this.#stream.shards();
      const here = new Set(shards.map(({ shardId }) => shardId));
      const done = (shardId: string): boolean => checkpoints.get(config.uuid, shardId)?.finished === true;
      for (const shard of shards) {
        if (this.#stop.signal.aborted || this.#readers.has(shard.shardId) || done(shard.shardId)) continue;
        if (shard.parentShardIds.every((parent) => !here.has(parent) || done(parent))) this.#read(shard);
      }
      this.#discovered = true;
    } catch (error) {
      report(`cannot list the shards of ${this.#stream.streamArn}: ${String(error)}`);
      this.#retryTimer = setTimeout(() => void this.#discover(), limits.streamPollMs);
    }
  }

  #read({ shardId }: Shard): void {
    const { config, checkpoints, limits, report } = this.#context;
    const reader = new ShardReader({
      stream: this.#stream,
      shardId,
      from: this.#startOf(shardId),
      batchSize: config.batchSize ?? DEFAULT_BATCH_SIZE,
      windowMs: (config.maximumBatchingWindowInSeconds ?? 0) * 1000,
      lanes: config.parallelizationFactor ?? 1,
      matches: this.#matches,
      pollMs: limits.streamPollMs,
      deliver: (batch, settled) => this.#deliver(shardId, batch, settled),
      checkpoint: (sequenceNumber) => checkpoints.advance(config.uuid, shardId, sequenceNumber),
      report,
    });
    const ended = reader.run().then((finished) => {
      this.#readers.delete(shardId);
      if (!finished) return;
      checkpoints.finish(config.uuid, shardId);
      void this.#discover();
    });
    this.#readers.set(shardId, { reader, ended });
  }

  #startOf(shardId: string): Position {
    const { config, checkpoints } = this.#context;
    const sequenceNumber = checkpoints.get(config.uuid, shardId)?.sequenceNumber;
    if (sequenceNumber !== undefined) return { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber };
    // A shard that appears later is read whole, whatever the mapping began with: nothing of it may be missed.
    if (this.#discovered || config.startingPosition === "TRIM_HORIZON") return { type: "TRIM_HORIZON" };
    if (config.startingPosition !== "AT_TIMESTAMP") return { type: "LATEST" };
    return { type: "AT_TIMESTAMP", timestamp: config.startingPositionTimestamp ?? "" };
  }

  #deliver(
    shardId: string,
    batch: readonly StreamRecord[],
    settled: (records: readonly StreamRecord[]) => void,
  ): Promise<void> {
    const { config, clock, limits } = this.#context;
    const policy = {
      maximumRetryAttempts: config.maximumRetryAttempts ?? -1,
      maximumRecordAgeInSeconds: config.maximumRecordAgeInSeconds ?? -1,
      bisectBatchOnFunctionError: config.bisectBatchOnFunctionError ?? false,
    };
    return deliverBatch<StreamRecord, InvocationResult>(batch, policy, {
      invoke: (records) => this.#invoke(records),
      identifierOf: (record) => record.sequenceNumber,
      arrivedAt: (record) => record.arrivedAt,
      now: clock,
      settled,
      giveUp: (records, reason, invocations, last) => this.#giveUp(shardId, records, reason, invocations, last),
      pause: (retry) => this.#pause(limits.streamRetryDelayMs(retry)),
    });
  }

  async #invoke(records: readonly StreamRecord[]): Promise<DeliveryOutcome<InvocationResult>> {
    const { config, invoke, report } = this.#context;
    try {
      const result = await invoke(batchPayload(records));
      if (this.#stop.signal.aborted && result.functionError !== undefined) return { kind: "unreached" };
      if (result.functionError !== undefined) {
        return { kind: "verdict", verdict: { kind: "failure", reason: result.functionError }, failure: result };
      }
      if (config.functionResponseTypes?.includes("ReportBatchItemFailures") !== true) {
        return { kind: "verdict", verdict: { kind: "success" } };
      }
      const verdict = readBatchResponse(result.payload, new Set(records.map((record) => record.sequenceNumber)));
      if (verdict.kind === "failure") report(`the batch counts as failed: ${verdict.reason}`);
      return { kind: "verdict", verdict, failure: result };
    } catch (error) {
      if (!(error instanceof AwsError && error.code === "TooManyRequestsException")) report(String(error));
      return { kind: "unreached" };
    }
  }

  async #giveUp(
    shardId: string,
    batch: readonly StreamRecord[],
    reason: GiveUpReason,
    invocations: number,
    last: InvocationResult | undefined,
  ): Promise<void> {
    const { config, target, messaging, clock, limits, report } = this.#context;
    const input = {
      functionArn: target().arn,
      reason,
      invocations,
      last,
      now: clock(),
      stream: this.#stream,
      shardId,
      batch,
    };
    const body = JSON.stringify(failureReport(input));
    report(`gave up ${batch.length} record(s): ${body}`);
    if (config.onFailureArn === undefined) return;
    for (let attempt = 1; attempt <= DESTINATION_ATTEMPTS; attempt += 1) {
      try {
        return await sendToTarget(messaging, config.onFailureArn, body);
      } catch (error) {
        report(`on-failure destination ${config.onFailureArn}: ${String(error)}`);
        if (!(await this.#pause(limits.streamRetryDelayMs(attempt)))) return;
      }
    }
  }

  /** False when the mapping was stopped. */
  async #pause(milliseconds: number): Promise<boolean> {
    try {
      await delay(milliseconds, undefined, { signal: this.#stop.signal });
      return true;
    } catch {
      return false;
    }
  }
}
