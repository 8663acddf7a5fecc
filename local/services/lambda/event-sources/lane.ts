import { Signal } from "./signal.ts";

/** Lambda's limit for a payload, less the envelope around the records. */
const BATCH_BYTES = 6_291_456 - 16;

export interface BatchLimits {
  readonly batchSize: number;
  /** How long a first record waits for others, in milliseconds. */
  readonly windowMs: number;
}

/** Gathers records into batches and delivers one at a time, in order. */
export class Lane<T extends { readonly json: string }> {
  readonly #limits: BatchLimits;
  readonly #deliver: (batch: readonly T[]) => Promise<void>;
  readonly #queue: { record: T; bytes: number }[] = [];
  readonly #signal = new Signal();
  #bytes = 0;
  #windowEndsAt = 0;
  #stopped = false;

  constructor(limits: BatchLimits, deliver: (batch: readonly T[]) => Promise<void>) {
    this.#limits = limits;
    this.#deliver = deliver;
  }

  push(record: T): void {
    if (this.#queue.length === 0) this.#windowEndsAt = performance.now() + this.#limits.windowMs;
    const bytes = Buffer.byteLength(record.json) + 1;
    this.#queue.push({ record, bytes });
    this.#bytes += bytes;
    this.#signal.notify();
  }

  /** Delivers until stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const waitMs = this.#waitMs();
      if (waitMs === undefined || waitMs > 0) await this.#signal.wait(waitMs);
      else await this.#deliver(this.#take());
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#signal.notify();
  }

  /** Until the next batch is due; undefined while there is nothing to deliver. */
  #waitMs(): number | undefined {
    if (this.#queue.length === 0) return undefined;
    if (this.#queue.length >= this.#limits.batchSize || this.#bytes >= BATCH_BYTES) return 0;
    return Math.max(0, this.#windowEndsAt - performance.now());
  }

  #take(): readonly T[] {
    let count = 0;
    let bytes = 0;
    for (const next of this.#queue) {
      if (count >= this.#limits.batchSize || (count > 0 && bytes + next.bytes > BATCH_BYTES)) break;
      count += 1;
      bytes += next.bytes;
    }
    this.#bytes -= bytes;
    this.#windowEndsAt = performance.now() + this.#limits.windowMs;
    return this.#queue.splice(0, count).map(({ record }) => record);
  }
}

/** Spreads keys over lanes, the same key always to the same one (FNV-1a). */
export const laneOf = (key: string, lanes: number): number => {
  if (lanes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanes;
};
