import { AwsError, type Unsubscribe } from "../../contract.ts";
import { queueUrlOf } from "../../message-target.ts";
import { readBatchResponse } from "./batch-response.ts";
import { batchPayload, type EventSource, type SourceContext } from "./event-source.ts";
import { anyPattern } from "./filter-pattern.ts";
import { type QueueMessage, toQueueMessage } from "./queue-message.ts";
import { Signal } from "./signal.ts";
import { listOf } from "./wire.ts";

const DEFAULT_BATCH_SIZE = 10;
/** SQS's own limit for one receive or delete. */
const CALL_SIZE = 10;
const BATCH_BYTES = 6_000_000;

/**
 * A mapping of a queue. What a function does not take stays in the queue and comes back when its visibility runs out;
 * after `maxReceiveCount` the queue's redrive policy moves it.
 */
export class QueueSource implements EventSource {
  readonly #context: SourceContext;
  readonly #queueUrl: string;
  readonly #region: string;
  readonly #matches: (value: unknown) => boolean;
  readonly #signal = new Signal();
  readonly #batches = new Set<Promise<void>>();
  /** Messages received and not part of a batch yet. */
  #gathered: QueueMessage[] = [];
  #gatheredBytes = 0;
  #windowEndsAt = 0;
  #unsubscribe: Unsubscribe | undefined;
  #loop: Promise<void> = Promise.resolve();
  #stopped = true;
  #lastProblem = "";
  #probes: ((found: number) => void)[] = [];

  constructor(context: SourceContext, region: string) {
    this.#context = context;
    this.#region = region;
    this.#queueUrl = queueUrlOf(context.config.eventSourceArn);
    this.#matches = anyPattern(context.config.filters ?? []);
  }

  start(): void {
    const { config, messaging } = this.#context;
    this.#stopped = false;
    this.#unsubscribe = messaging.onMessage((queueArn) => {
      if (queueArn === config.eventSourceArn) this.#signal.notify();
    });
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#signal.notify();
    await this.#loop;
    await Promise.all(this.#batches);
  }

  async caughtUp(): Promise<boolean> {
    if (this.#stopped) return true;
    if (this.#inProgress()) return false;
    const found = new Promise<number>((resolve) => this.#probes.push(resolve));
    this.#signal.notify();
    return (await found) === 0 && !this.#inProgress();
  }

  #inProgress(): boolean {
    return this.#batches.size > 0 || this.#gathered.length > 0;
  }

  async #run(): Promise<void> {
    const { config, limits } = this.#context;
    const concurrency = config.maximumConcurrency ?? limits.queueConcurrency;
    while (!this.#stopped) {
      if (this.#batches.size >= concurrency) {
        await this.#signal.wait();
        continue;
      }
      const probes = this.#probes.splice(0);
      const received = await this.#receive();
      for (const answer of probes) answer(received);
      if (this.#due(received)) this.#handOver();
      else if (received === 0) await this.#signal.wait(this.#idleMs());
    }
    for (const answer of this.#probes.splice(0)) answer(0);
  }

  get #batchSize(): number {
    return this.#context.config.batchSize ?? DEFAULT_BATCH_SIZE;
  }

  async #receive(): Promise<number> {
    const { messaging, config, report } = this.#context;
    const wanted = Math.min(CALL_SIZE, this.#batchSize - this.#gathered.length);
    if (wanted <= 0) return 0;
    try {
      const answer = await messaging.call("sqs", "ReceiveMessage", {
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: wanted,
        WaitTimeSeconds: 0,
        AttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      });
      const messages = listOf(answer, "Messages").map((message) =>
        toQueueMessage(message, config.eventSourceArn, this.#region),
      );
      await this.#gather(messages);
      return messages.length;
    } catch (error) {
      const problem = `cannot receive from ${config.eventSourceArn}: ${String(error)}`;
      if (problem !== this.#lastProblem && !this.#stopped) report(problem);
      this.#lastProblem = problem;
      return 0;
    }
  }

  async #gather(messages: readonly QueueMessage[]): Promise<void> {
    const { config } = this.#context;
    if (this.#gathered.length === 0 && messages.length > 0) {
      this.#windowEndsAt = performance.now() + (config.maximumBatchingWindowInSeconds ?? 0) * 1000;
    }
    const wanted = messages.filter((message) => this.#matches(message.filterView()));
    this.#gathered.push(...wanted);
    this.#gatheredBytes += wanted.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
    // Lambda takes what no filter matches out of the queue.
    await this.#delete(messages.filter((message) => !wanted.includes(message)));
  }

  /** Whether what was gathered makes a batch now: it is full, or nothing more came and the window is over. */
  #due(received: number): boolean {
    if (this.#gathered.length === 0) return false;
    if (this.#gathered.length >= this.#batchSize || this.#gatheredBytes >= BATCH_BYTES) return true;
    const windowed = (this.#context.config.maximumBatchingWindowInSeconds ?? 0) > 0;
    return windowed ? performance.now() >= this.#windowEndsAt : received < CALL_SIZE;
  }

  #idleMs(): number {
    const { queuePollMs } = this.#context.limits;
    if (this.#gathered.length === 0) return queuePollMs;
    return Math.max(1, Math.min(queuePollMs, this.#windowEndsAt - performance.now()));
  }

  #handOver(): void {
    const batch = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const delivery = this.#deliver(batch).finally(() => {
      this.#batches.delete(delivery);
      this.#signal.notify();
    });
    this.#batches.add(delivery);
  }

  async #deliver(batch: readonly QueueMessage[]): Promise<void> {
    const { config, invoke, report } = this.#context;
    try {
      const result = await invoke(batchPayload(batch));
      if (result.functionError !== undefined) return;
      if (config.functionResponseTypes?.includes("ReportBatchItemFailures") !== true) return await this.#delete(batch);
      const verdict = readBatchResponse(result.payload, new Set(batch.map(({ messageId }) => messageId)));
      if (verdict.kind === "failure") return report(`the batch counts as failed: ${verdict.reason}`);
      const failed = verdict.kind === "partial" ? verdict.failed : new Set<string>();
      await this.#delete(batch.filter(({ messageId }) => !failed.has(messageId)));
    } catch (error) {
      if (!(error instanceof AwsError && error.code === "TooManyRequestsException")) report(String(error));
    }
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += CALL_SIZE) {
      const Entries = messages
        .slice(from, from + CALL_SIZE)
        .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
      await this.#context.messaging.call("sqs", "DeleteMessageBatch", { QueueUrl: this.#queueUrl, Entries });
    }
  }
}
