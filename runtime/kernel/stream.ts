import type { AnyAggregate } from "./catalog.ts";
import { nexusError } from "./errors.ts";
import { type Commit, lastVersion } from "./event.ts";
import type { SnapshotProgress } from "./snapshot-policy.ts";
import type { EventUpcaster } from "./upcaster.ts";

/**
 * How many of an aggregate's latest commands are remembered. A retry that comes after that many further commands on
 * the same aggregate is decided anew; `expectedVersion` guards a caller who waits that long.
 */
export const REMEMBERED_COMMANDS = 256;

/** A command that stands in the log, with all that its answer needs. */
export interface RememberedCommand {
  readonly commandId: string;
  readonly digest: string;
  readonly correlationId: string;
  /** Version of the first event it led to. */
  readonly version: number;
  readonly eventTypes: readonly string[];
}

export const rememberedCommand = (commit: Commit): RememberedCommand => ({
  commandId: commit.commandId,
  digest: commit.commandDigest,
  correlationId: commit.correlationId,
  version: commit.version,
  eventTypes: commit.events.map((event) => event.type),
});

let mint: (aggregateId: string, version: number, committedAt: string | undefined) => StreamHead;

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

  static {
    mint = (aggregateId, version, committedAt) => new StreamHead(aggregateId, version, committedAt);
  }

  private constructor(aggregateId: string, version: number, committedAt: string | undefined) {
    this.aggregateId = aggregateId;
    this.version = version;
    this.committedAt = committedAt;
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
  readonly state: unknown;
  readonly commands: readonly RememberedCommand[];
}

/** An aggregate folded from its log: state, head, and the commands it has seen. */
export class RehydratedStream {
  readonly aggregateId: string;
  readonly #definition: AnyAggregate;
  readonly #upcaster: EventUpcaster;
  readonly #commands = new Map<string, RememberedCommand>();
  #state: unknown;
  #version = 0;
  #commitVersion = 0;
  #committedAt: string | undefined;
  #eventsSince = 0;
  #bytesSince = 0;
  #since: string | undefined;

  constructor(definition: AnyAggregate, aggregateId: string, upcaster: EventUpcaster, memento?: StreamMemento) {
    this.aggregateId = aggregateId;
    this.#definition = definition;
    this.#upcaster = upcaster;
    this.#state = memento === undefined ? definition.initialState() : memento.state;
    if (memento === undefined) return;
    this.#version = memento.version;
    this.#commitVersion = memento.commitVersion;
    this.#committedAt = memento.committedAt;
    for (const command of memento.commands) this.#commands.set(command.commandId, command);
  }

  get state(): unknown {
    return this.#state;
  }

  get version(): number {
    return this.#version;
  }

  get head(): StreamHead {
    return mint(this.aggregateId, this.#version, this.#committedAt);
  }

  /** What has been folded beyond the snapshot it began with. */
  get progress(): SnapshotProgress {
    return { events: this.#eventsSince, bytes: this.#bytesSince, since: this.#since };
  }

  command(commandId: string): RememberedCommand | undefined {
    return this.#commands.get(commandId);
  }

  /**
   * Folds the next commit. Throws `NEXUS_AGGREGATE_MISMATCH` when it is of another kind of aggregate,
   * `NEXUS_LOG_CORRUPT` when it is not the next, and what upcasting throws.
   */
  fold(commit: Commit, storedBytes: number): void {
    const { name, evolve } = this.#definition;
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
    for (const { type, schemaVersion, data } of commit.events)
      this.#state = evolve(this.#state, { type, data: this.#upcaster.data(type, schemaVersion, data) });
    this.#commitVersion = commit.version;
    this.#version = lastVersion(commit);
    this.#committedAt = commit.committedAt;
    this.#eventsSince += commit.events.length;
    this.#bytesSince += storedBytes;
    this.#since ??= commit.committedAt;
    this.#remember(rememberedCommand(commit));
  }

  /** `undefined` while nothing is stored. */
  memento(): StreamMemento | undefined {
    if (this.#committedAt === undefined) return undefined;
    return {
      version: this.#version,
      commitVersion: this.#commitVersion,
      committedAt: this.#committedAt,
      state: this.#state,
      commands: [...this.#commands.values()],
    };
  }

  #remember(command: RememberedCommand): void {
    this.#commands.set(command.commandId, command);
    if (this.#commands.size <= REMEMBERED_COMMANDS) return;
    for (const oldest of this.#commands.keys()) {
      this.#commands.delete(oldest);
      break;
    }
  }
}
