import { backOff } from "../kernel/backoff.ts";
import { canonicalJson } from "../kernel/canonical-json.ts";
import type { KnownCommand, ServiceCatalog } from "../kernel/catalog.ts";
import { envelopeError, envelopeViolations } from "../kernel/command-envelope.ts";
import type { CommitDraft } from "../kernel/commit.ts";
import { deepFreeze } from "../kernel/deep-freeze.ts";
import { hasCode, isNexusError, nexusError } from "../kernel/errors.ts";
import { type Commit, type CommitMetadata, eventId, lastVersion, type StoredEvent } from "../kernel/event.ts";
import { assertExpectedVersion, expectedVersion } from "../kernel/expected-version.ts";
import type { FoldedEvents, RehydratedStream } from "../kernel/stream.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";
import type { CommitPublisher } from "./commit-publisher.ts";
import { decidedEvents } from "./decision.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";
import type { StreamLoader } from "./stream-loader.ts";
import type { ValidatedEventStore } from "./validated-event-store.ts";

export interface Command extends Omit<CommitMetadata, "causationId"> {
  readonly type: string;
  readonly aggregateId: string;
  /** Frozen once it is handed over: a second decision, behind a rival, must see what the first one saw. */
  readonly payload: unknown;
  readonly expectedVersion?: number;
  /** @default the command's own id */
  readonly causationId?: string;
}

export interface CommandReply {
  readonly commandId: string;
  readonly correlationId: string;
  readonly aggregateId: string;
  /** Version of the aggregate after the command. */
  readonly version: number;
  readonly events: readonly { readonly id: string; readonly type: string; readonly version: number }[];
}

export interface CommandHandlerPorts {
  readonly catalog: ServiceCatalog;
  readonly loader: StreamLoader;
  readonly events: ValidatedEventStore;
  readonly snapshots: SnapshotManager;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  /** With propagation `direct`; the table's stream stays the safety net, so that its failure is only reported. */
  readonly publisher?: CommitPublisher;
}

const CONFLICT_RETRIES = 3;
const CONFLICT_BASE_MS = 20;

const replyOf = (commit: Commit): CommandReply => ({
  commandId: commit.commandId,
  correlationId: commit.correlationId,
  aggregateId: commit.aggregateId,
  version: lastVersion(commit),
  events: commit.events.map(({ type }, index) => {
    const version = commit.version + index;
    return { id: eventId(commit.aggregateId, version), type, version };
  }),
});

const busy = (aggregateId: string, cause: unknown) =>
  nexusError("NEXUS_AGGREGATE_BUSY", `other commands on ${aggregateId} were faster each time`, {
    context: { aggregateId },
    cause,
  });

/** Takes a command from its structure to its events in the log. */
export class CommandHandler {
  readonly #ports: CommandHandlerPorts;

  constructor(ports: CommandHandlerPorts) {
    this.#ports = ports;
  }

  /**
   * Errors: `NEXUS_REQUEST_INVALID`, `NEXUS_COMMAND_UNKNOWN`, `NEXUS_COMMAND_INVALID`, `NEXUS_IDEMPOTENCY_KEY_REUSED`,
   * `NEXUS_VERSION_CONFLICT`, `NEXUS_AGGREGATE_BUSY`, `NEXUS_AGGREGATE_MISMATCH`, `NEXUS_COMMIT_TOO_LARGE`,
   * `NEXUS_EVENT_INVALID`, `NEXUS_AGGREGATE_FAILED`, `NEXUS_EVENT_STORE_UNAVAILABLE`, and the codes of the domain. A
   * retry with the same command id gets the first answer again, as long as the aggregate remembers the command; a
   * command that led to no event leaves no trace and is decided anew.
   */
  async handle(command: Command): Promise<CommandReply> {
    const { catalog, loader, runtime } = this.#ports;
    const wrong = envelopeViolations(command);
    if (wrong.length > 0) throw envelopeError(wrong);
    const known = catalog.command(command.type);
    this.#assertStructure(known, command.payload);
    const digest = runtime.digest(canonicalJson([command.type, command.payload]));
    const stream = await loader.load(known.aggregate, command.aggregateId);
    try {
      const reply = await this.#handleOn(stream, known, command, digest);
      loader.keep(stream);
      return reply;
    } catch (error) {
      // A refusal leaves the stream as it was read; what else goes wrong may not.
      if (isNexusError(error) && error.family === "domain") loader.keep(stream);
      throw error;
    }
  }

  async #handleOn(stream: RehydratedStream, known: KnownCommand, command: Command, digest: string) {
    const { loader, runtime, telemetry } = this.#ports;
    for (let attempt = 1; ; attempt++) {
      const answered = stream.commandVersion(command.commandId);
      if (answered !== undefined) return await this.#firstAnswer(answered, command, digest);
      assertExpectedVersion(expectedVersion(command.expectedVersion), stream.version, command.aggregateId);
      const decidedAt = new Date(runtime.now()).toISOString();
      const events = this.#decide(known, command, stream.state, decidedAt);
      if (events.length === 0) return this.#emptyReply(command, stream);
      try {
        return await this.#store(known, command, digest, stream, events, decidedAt);
      } catch (error) {
        if (!hasCode(error, "NEXUS_VERSION_CONFLICT")) throw error;
        if (attempt > CONFLICT_RETRIES) throw busy(command.aggregateId, error);
        // With an expected version what follows is no further try: its check says where the aggregate is now.
        if (command.expectedVersion === undefined) {
          telemetry.metric("ConflictRetries", "Count", 1);
          await backOff(runtime, attempt, CONFLICT_BASE_MS);
        }
        await loader.refresh(stream);
      }
    }
  }

  #assertStructure({ type, command }: KnownCommand, payload: unknown): void {
    const errors = command.schema.validate(payload);
    if (errors.length === 0) return;
    throw nexusError("NEXUS_COMMAND_INVALID", `the payload does not match the schema of ${type}`, {
      context: { errors },
    });
  }

  /** The answer to a command that stands in the log, from the log. */
  async #firstAnswer(version: number, { commandId, aggregateId }: Command, digest: string): Promise<CommandReply> {
    const commit = await this.#ports.loader.commit(aggregateId, version);
    if (commit?.commandId !== commandId)
      throw nexusError("NEXUS_LOG_CORRUPT", `${aggregateId} has no commit of command ${commandId} at ${version}`);
    if (commit.commandDigest === digest) return replyOf(commit);
    throw nexusError(
      "NEXUS_IDEMPOTENCY_KEY_REUSED",
      `command id ${commandId} was used on ${aggregateId} with another command`,
      { context: { commandId, aggregateId } },
    );
  }

  #decide(known: KnownCommand, { aggregateId, payload, actor }: Command, state: unknown, now: string): StoredEvent[] {
    const { catalog, runtime } = this.#ports;
    // Frozen: who could change the state would change what the commands after this one are decided by.
    return decidedEvents(catalog, known, deepFreeze(state), deepFreeze(payload), {
      aggregateId,
      now,
      newId: () => runtime.newId(),
      actor,
    });
  }

  #emptyReply({ commandId, correlationId, aggregateId }: Command, stream: RehydratedStream): CommandReply {
    return { commandId, correlationId, aggregateId, version: stream.version, events: [] };
  }

  async #store(
    { aggregate }: KnownCommand,
    command: Command,
    commandDigest: string,
    stream: RehydratedStream,
    events: readonly StoredEvent[],
    decidedAt: string,
  ): Promise<CommandReply> {
    const { publisher, snapshots } = this.#ports;
    // As the log will give them back: what this instance folds and keeps must not differ from what others read.
    const text = JSON.stringify(events);
    const draft: CommitDraft = {
      aggregate: aggregate.name,
      aggregateId: command.aggregateId,
      commandId: command.commandId,
      correlationId: command.correlationId,
      causationId: command.causationId ?? command.commandId,
      actor: command.actor,
      ...(command.traceparent === undefined ? {} : { traceparent: command.traceparent }),
      commandDigest,
      decidedAt,
      events: deepFreeze(JSON.parse(text) as StoredEvent[]),
    };
    // Before they are stored: what cannot be folded would stand in the way of every command that follows.
    const preview = await this.#preview(stream, draft);
    const commit = await this.#ports.events.append(stream.head, draft);
    if (publisher !== undefined) await this.#publish(publisher, commit);
    stream.fold(commit, text.length, preview);
    if (snapshots.evaluateTriggerSync(stream) !== undefined) await snapshots.createSnapshotAsync(stream);
    return replyOf(commit);
  }

  async #preview(stream: RehydratedStream, draft: CommitDraft): Promise<FoldedEvents> {
    try {
      return stream.preview(draft.events);
    } catch (error) {
      // That an event breaks its schema says more than what `evolve` made of it.
      await this.#ports.events.assertAllowed(draft);
      throw error;
    }
  }

  async #publish(publisher: CommitPublisher, commit: Commit): Promise<void> {
    const failure = (await publisher.publish([commit])).get(commit);
    if (failure !== undefined)
      this.#ports.telemetry.warn("direct propagation failed; the stream follows", {
        aggregateId: commit.aggregateId,
        version: commit.version,
        code: failure.code,
      });
  }
}
