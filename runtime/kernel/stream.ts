import { aggregateFailed } from "./aggregate-failure.ts";
import type { AnyAggregate } from "./catalog.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { type NexusError, nexusError } from "./errors.ts";
import { type Commit, lastVersion, type StoredEvent } from "./event.ts";
import type { SnapshotProgress } from "./snapshot-policy.ts";
import type { EventUpcaster } from "./upcaster.ts";

/**
 * How many of an aggregate's latest commands are remembered. A retry that comes after that many further commands on
 * the same aggregate is decided anew; `expectedVersion` guards a caller who waits that long.
 */
export const REMEMBERED_COMMANDS = 1_024;

/** A remembered command in memory: an id and its place in a map. */
const COMMAND_BYTES = 128;

let mint: (aggregateId: string, version: number, committedAt: string | undefined, digest: string) => StreamHead;

/**
 * The end of an aggregate's log as it was read: what a writer appends behind. Only folding a load makes one, so that
 * nobody appends behind a version they made up.
 */
export class StreamHead {
  readonly #loaded = true;
  readonly aggregateId: string;
  /** Version of the last event, 0 when there is none. */
  readonly version: number;
  /** Instant of the last commit; `undefined` when there is none. */
  readonly committedAt: string | undefined;
  /** Digest of the last commit; empty when there is none. */
  readonly digest: string;

  static {
    mint = (...position) => new StreamHead(...position);
  }

  private constructor(aggregateId: string, version: number, committedAt: string | undefined, digest: string) {
    this.aggregateId = aggregateId;
    this.version = version;
    this.committedAt = committedAt;
    this.digest = digest;
  }

  /** Tells a head from an object of the same shape. */
  static isLoaded(value: object): value is StreamHead {
    return #loaded in value && value.#loaded;
  }
}

/** What a snapshot keeps of a stream. Plain JSON. */
export interface StreamMemento {
  readonly version: number;
  /** Version at which the last commit begins; the load checks that the log still holds it. */
  readonly commitVersion: number;
  readonly committedAt: string;
  /** Digest of the last commit, as in {@link StreamHead}. */
  readonly digest: string;
  readonly state: unknown;
  /** Ids of the latest commands, oldest first, each with the version of the commit it led to. */
  readonly commands: readonly (readonly [commandId: string, version: number])[];
}

/** Events that are not stored yet, and the state that they lead to. */
export interface FoldedEvents {
  readonly events: readonly StoredEvent[];
  readonly state: unknown;
}

/** An aggregate folded from its log: state, head, and the commands it has seen. */
export class RehydratedStream {
  readonly aggregateId: string;
  readonly #definition: AnyAggregate;
  readonly #upcaster: EventUpcaster;
  readonly #commands: Map<string, number>;
  /** Goes on behind what was forgotten; one begun anew would walk over that each time. */
  readonly #oldestCommands: MapIterator<string>;
  #state: unknown;
  #version = 0;
  #commitVersion = 0;
  #committedAt: string | undefined;
  #digest = "";
  #eventsSince = 0;
  #bytesSince = 0;
  #since: string | undefined;
  #rehydrationMs = 0;
  #weightBytes: number;

  constructor(definition: AnyAggregate, aggregateId: string, upcaster: EventUpcaster, memento?: StreamMemento) {
    this.aggregateId = aggregateId;
    this.#definition = definition;
    this.#upcaster = upcaster;
    this.#state = memento === undefined ? definition.initialState() : memento.state;
    this.#commands = new Map(memento?.commands);
    this.#oldestCommands = this.#commands.keys();
    this.#weightBytes = memento === undefined ? 0 : JSON.stringify(memento.state).length;
    if (memento === undefined) return;
    this.#version = memento.version;
    this.#commitVersion = memento.commitVersion;
    this.#committedAt = memento.committedAt;
    this.#digest = memento.digest;
  }

  get state(): unknown {
    return this.#state;
  }

  get version(): number {
    return this.#version;
  }

  get head(): StreamHead {
    return mint(this.aggregateId, this.#version, this.#committedAt, this.#digest);
  }

  get definition(): AnyAggregate {
    return this.#definition;
  }

  /** Roughly what it takes in memory: a state is seldom larger than the events it was folded from. */
  get weightBytes(): number {
    return this.#weightBytes + this.#commands.size * COMMAND_BYTES;
  }

  /** What has been folded beyond the snapshot it began with, or beyond the last one that was asked for. */
  get progress(): SnapshotProgress {
    return {
      events: this.#eventsSince,
      bytes: this.#bytesSince,
      since: this.#since,
      rehydrationMs: this.#rehydrationMs,
    };
  }

  /** How long it took to read it from its snapshot, or from the beginning. */
  rehydratedIn(milliseconds: number): void {
    this.#rehydrationMs = milliseconds;
  }

  /** Begins anew to gather for a snapshot: one has been asked for. */
  snapshotRequested(): void {
    this.#eventsSince = 0;
    this.#bytesSince = 0;
    this.#since = undefined;
    this.#rehydrationMs = 0;
  }

  /** Version of the commit that a command led to, where it is among the latest {@link REMEMBERED_COMMANDS}. */
  commandVersion(commandId: string): number | undefined {
    return this.#commands.get(commandId);
  }

  /** What events would lead to, over frozen states; the stream stays as it is. Throws what `fold` does of events. */
  preview(events: readonly StoredEvent[]): FoldedEvents {
    let state = deepFreeze(this.#state);
    for (const event of events) {
      const next = deepFreeze(this.#evolve(state, event));
      if (next === undefined && state !== undefined) throw this.#failure(event, new TypeError("it returned no state"));
      state = next;
    }
    return { events, state };
  }

  /**
   * Folds the next commit; one whose very events were previewed is not folded again. Throws `NEXUS_AGGREGATE_MISMATCH`
   * when it is of another kind of aggregate, `NEXUS_LOG_CORRUPT` when it is not the next, `NEXUS_AGGREGATE_FAILED` when
   * `evolve` throws, and what upcasting throws.
   */
  fold(commit: Commit, storedBytes: number, preview?: FoldedEvents): void {
    const { name } = this.#definition;
    if (commit.aggregate !== name)
      throw nexusError("NEXUS_AGGREGATE_MISMATCH", `${this.aggregateId} is of kind ${commit.aggregate}, not ${name}`, {
        context: { aggregateId: this.aggregateId, aggregate: commit.aggregate },
      });
    if (commit.version !== this.#version + 1)
      throw nexusError(
        "NEXUS_LOG_CORRUPT",
        `${this.aggregateId}: version ${commit.version} follows version ${this.#version}`,
        { context: { aggregateId: this.aggregateId, version: commit.version, after: this.#version } },
      );
    if (commit.chain.previous !== this.#digest)
      throw nexusError(
        "NEXUS_LOG_CORRUPT",
        `${this.aggregateId}: version ${commit.version} was appended behind another commit than the one before it`,
        { context: { aggregateId: this.aggregateId, version: commit.version } },
      );
    let state = this.#state;
    if (preview?.events === commit.events) state = preview.state;
    else for (const event of commit.events) state = this.#evolve(state, event);
    this.#state = state;
    this.#commitVersion = commit.version;
    this.#version = lastVersion(commit);
    this.#committedAt = commit.committedAt;
    this.#digest = commit.chain.digest;
    this.#eventsSince += commit.events.length;
    this.#bytesSince += storedBytes;
    this.#weightBytes += storedBytes;
    this.#since ??= commit.committedAt;
    this.#remember(commit.commandId, commit.version);
  }

  /** `undefined` while nothing is stored. */
  memento(): StreamMemento | undefined {
    if (this.#committedAt === undefined) return undefined;
    return {
      version: this.#version,
      commitVersion: this.#commitVersion,
      committedAt: this.#committedAt,
      digest: this.#digest,
      state: this.#state,
      commands: [...this.#commands],
    };
  }

  #evolve(state: unknown, { type, schemaVersion, data }: StoredEvent): unknown {
    const event = { type, data: this.#upcaster.data(type, schemaVersion, data) };
    try {
      return this.#definition.evolve(state, event);
    } catch (cause) {
      throw this.#failure(event, cause);
    }
  }

  #failure({ type }: Pick<StoredEvent, "type">, cause: unknown): NexusError {
    return aggregateFailed(`evolve of ${this.#definition.name}, given ${type},`, this.aggregateId, cause);
  }

  #remember(commandId: string, version: number): void {
    this.#commands.set(commandId, version);
    if (this.#commands.size <= REMEMBERED_COMMANDS) return;
    const { value } = this.#oldestCommands.next();
    if (value !== undefined) this.#commands.delete(value);
  }
}
