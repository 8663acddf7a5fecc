import type { RehydratedStream } from "../kernel/stream.ts";

export interface StreamCacheLimits {
  readonly streams: number;
  /** By {@link RehydratedStream.weightBytes}. */
  readonly bytes: number;
}

const LIMITS: StreamCacheLimits = { streams: 1_000, bytes: 32 * 1_048_576 };

/**
 * Folded streams that a warm instance keeps, the least recently used ones forgotten first. A stream is out of the
 * cache while it is in use: two commands that run at once never share one.
 */
export class StreamCache {
  readonly #limits: StreamCacheLimits;
  readonly #streams = new Map<string, RehydratedStream>();
  #bytes = 0;

  constructor(limits: StreamCacheLimits = LIMITS) {
    this.#limits = limits;
  }

  take(aggregateId: string): RehydratedStream | undefined {
    const stream = this.#streams.get(aggregateId);
    if (stream === undefined) return undefined;
    this.#streams.delete(aggregateId);
    this.#bytes -= stream.weightBytes;
    return stream;
  }

  /** Keeps the further one of this and what another command has put there meanwhile. */
  put(stream: RehydratedStream): void {
    const other = this.take(stream.aggregateId);
    const further = other !== undefined && other.version > stream.version ? other : stream;
    this.#streams.set(stream.aggregateId, further);
    this.#bytes += further.weightBytes;
    for (const oldest of this.#streams.keys()) {
      if (this.#streams.size <= this.#limits.streams && this.#bytes <= this.#limits.bytes) return;
      this.take(oldest);
    }
  }
}
