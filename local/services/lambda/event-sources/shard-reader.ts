import { AwsError } from "../../contract.ts";
import { type BatchLimits, Lane, laneOf } from "./lane.ts";
import { Progress } from "./progress.ts";
import { Signal } from "./signal.ts";
import type { Position, Stream, StreamRecord } from "./stream.ts";

const READ_RETRY_MS = 1_000;

export interface ShardReaderOptions extends BatchLimits {
  readonly stream: Stream;
  readonly shardId: string;
  readonly from: Position;
  /** Concurrent batches of the shard. */
  readonly lanes: number;
  readonly matches: (filterView: unknown) => boolean;
  readonly pollMs: number;
  /** Delivers a batch, telling of settled records on the way. Resolves early when the mapping was stopped. */
  readonly deliver: (
    batch: readonly StreamRecord[],
    settled: (records: readonly StreamRecord[]) => void,
  ) => Promise<void>;
  readonly checkpoint: (sequenceNumber: string) => void;
  readonly report: (message: string) => void;
}

/** Reads one shard to its end and has its records delivered, in order within a key. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  readonly #progress = new Progress();
  readonly #lanes: readonly Lane<StreamRecord>[];
  readonly #signal = new Signal();
  /** Records were settled: there is room again, or a closed shard may be done. */
  readonly #room = new Signal();
  #lastProblem = "";
  #position: Position;
  #iterator: string | undefined;
  #stopped = false;
  #finished = false;
  #probes: ((found: number) => void)[] = [];

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#lanes = Array.from(
      { length: options.lanes },
      () => new Lane<StreamRecord>(options, (batch) => options.deliver(batch, (records) => this.#settled(records))),
    );
  }

  /** Resolves true when a closed shard was delivered to its end, false when stopped. */
  async run(): Promise<boolean> {
    const lanes = this.#lanes.map((lane) => lane.run());
    await this.#read();
    for (const lane of this.#lanes) lane.stop();
    await Promise.all(lanes);
    return this.#finished;
  }

  /** Something may be there to read. */
  notify(): void {
    this.#signal.notify();
  }

  stop(): void {
    this.#stopped = true;
    for (const lane of this.#lanes) lane.stop();
    this.#signal.notify();
    this.#room.notify();
  }

  /** Reads once more: whether nothing was found and nothing is open. */
  async caughtUp(): Promise<boolean> {
    if (this.#finished || this.#stopped) return true;
    if (this.#progress.open > 0) return false;
    const found = new Promise<number>((resolve) => this.#probes.push(resolve));
    this.notify();
    return (await found) === 0 && this.#progress.open === 0;
  }

  async #read(): Promise<void> {
    const { batchSize, lanes, pollMs } = this.#options;
    const limit = batchSize * lanes;
    while (!this.#stopped) {
      if (this.#progress.open >= 2 * limit) {
        await this.#room.wait();
        continue;
      }
      const probes = this.#probes.splice(0);
      const found = await this.#readPage(limit);
      for (const answer of probes) answer(found ?? 0);
      if (found === undefined && !this.#stopped) await this.#signal.wait(READ_RETRY_MS);
      else if (found === 0 && this.#iterator === undefined) await this.#drain();
      else if (found === 0) await this.#signal.wait(pollMs);
    }
    for (const answer of this.#probes.splice(0)) answer(0);
  }

  /** How many records were found; undefined when the stream could not be read. */
  async #readPage(limit: number): Promise<number | undefined> {
    const { stream, shardId, matches, lanes, report } = this.#options;
    try {
      this.#iterator ??= await stream.iterator(shardId, this.#position);
      const { records, next } = await stream.read(shardId, this.#iterator, limit);
      if (this.#stopped) return 0;
      this.#iterator = next;
      const passedOver: StreamRecord[] = [];
      for (const record of records) {
        this.#progress.add(record.sequenceNumber);
        this.#position = { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: record.sequenceNumber };
        if (matches(record.filterView())) this.#lanes[laneOf(record.orderKey, lanes)]?.push(record);
        else passedOver.push(record);
      }
      if (passedOver.length > 0) this.#settled(passedOver);
      return records.length;
    } catch (error) {
      if (this.#stopped) return 0;
      this.#iterator = undefined;
      if (error instanceof AwsError && error.code === "ExpiredIteratorException") return undefined;
      if (error instanceof AwsError && error.code === "TrimmedDataAccessException") {
        report(`records of ${shardId} were trimmed before they were read; reading on from the oldest there is`);
        this.#position = { type: "TRIM_HORIZON" };
        return undefined;
      }
      const problem = `cannot read ${shardId} of ${stream.streamArn}: ${String(error)}`;
      if (problem !== this.#lastProblem) report(problem);
      this.#lastProblem = problem;
      return undefined;
    }
  }

  async #drain(): Promise<void> {
    while (this.#progress.open > 0 && !this.#stopped) await this.#room.wait();
    if (this.#stopped) return;
    this.#finished = true;
    this.#stopped = true;
  }

  #settled(records: readonly StreamRecord[]): void {
    if (this.#stopped) return;
    const mark = this.#progress.done(records.map((record) => record.sequenceNumber));
    if (mark === undefined) return;
    this.#options.checkpoint(mark);
    this.#room.notify();
  }
}
