import type { ServiceCatalog } from "../kernel/catalog.ts";
import { nexusError } from "../kernel/errors.ts";
import { type Commit, lastVersion } from "../kernel/event.ts";
import { RehydratedStream } from "../kernel/stream.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { Runtime } from "../ports/runtime.ts";

export interface TemporalQueryPorts {
  readonly catalog: ServiceCatalog;
  readonly events: Pick<EventStore, "getEvents">;
  readonly runtime: Pick<Runtime, "now">;
}

export interface TemporalAnswer {
  readonly aggregate: string;
  readonly aggregateId: string;
  /** The instant asked for, UTC. */
  readonly asOf: string;
  /** Version of the aggregate at that instant. */
  readonly version: number;
  /** When it came to that version. */
  readonly committedAt: string;
  readonly state: unknown;
}

const LONGEST_DAYS = 90;
const MOST_EVENTS = 10_000;

/** Answers what an aggregate was at an instant: the fold of its log up to then. */
export class TemporalQuery {
  readonly #ports: TemporalQueryPorts;

  constructor(ports: TemporalQueryPorts) {
    this.#ports = ports;
  }

  /**
   * `asOf` is an RFC 3339 instant within the last 90 days; what was committed at that very instant counts.
   * Errors: `NEXUS_REQUEST_INVALID`, `NEXUS_AGGREGATE_UNKNOWN`, `NEXUS_HISTORY_TOO_LONG`, and those of the log.
   */
  async stateAt(aggregateId: string, asOf: string | undefined): Promise<TemporalAnswer> {
    const instant = this.#instant(asOf);
    let stream: RehydratedStream | undefined;
    let committedAt = "";
    for await (const commit of this.#commits(aggregateId)) {
      if (commit.committedAt > instant) break;
      if (lastVersion(commit) > MOST_EVENTS)
        throw nexusError("NEXUS_HISTORY_TOO_LONG", `${aggregateId} has over ${MOST_EVENTS} events up to ${instant}`);
      stream ??= this.#begin(commit);
      stream.fold(commit, 0);
      committedAt = commit.committedAt;
    }
    if (stream === undefined)
      throw nexusError("NEXUS_AGGREGATE_UNKNOWN", `${aggregateId} has no event at or before ${instant}`);
    const { definition, version, state } = stream;
    return { aggregate: definition.name, aggregateId, asOf: instant, version, committedAt, state };
  }

  #begin({ aggregate, aggregateId }: Commit): RehydratedStream {
    const { catalog } = this.#ports;
    return new RehydratedStream(catalog.aggregate(aggregate), aggregateId, catalog.upcaster);
  }

  async *#commits(aggregateId: string): AsyncGenerator<Commit> {
    for await (const { commits } of this.#ports.events.getEvents(aggregateId)) yield* commits;
  }

  #instant(asOf: string | undefined): string {
    const time = asOf !== undefined && RFC_3339.test(asOf) ? Date.parse(asOf) : Number.NaN;
    if (Number.isNaN(time)) throw invalid("must be an RFC 3339 instant such as 2026-01-31T12:00:00Z");
    const now = this.#ports.runtime.now();
    if (time > now) throw invalid(`lies in the future; it is ${new Date(now).toISOString()} now`);
    if (time < now - LONGEST_DAYS * 86_400_000) throw invalid(`lies more than ${LONGEST_DAYS} days back`);
    return new Date(time).toISOString();
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

const invalid = (message: string) =>
  nexusError("NEXUS_REQUEST_INVALID", `asOf ${message}`, {
    context: { errors: [{ path: "asOf", keyword: "parameter", message }] },
  });
