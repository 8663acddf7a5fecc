import { nexusError } from "../kernel/errors.ts";
import type { RehydratedStream } from "../kernel/stream.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import { commitUpTo } from "./log-position.ts";
import type { QueryParameters } from "./query-parameters.ts";
import { TemporalContinuations, type TemporalContinuationsPorts } from "./temporal-continuations.ts";
import { FOLD_LIMITS, FoldBudget, type FoldLimits, TemporalFold, type TemporalFoldPorts } from "./temporal-fold.ts";
import { assertKnown, invalidParameter, locate, readPoint } from "./temporal-point.ts";

export interface TemporalQueryPorts extends TemporalFoldPorts, TemporalContinuationsPorts {
  readonly events: Pick<EventStore, "getEvents">;
  readonly snapshots: TemporalFoldPorts["snapshots"] & TemporalContinuationsPorts["snapshots"];
  readonly runtime: Pick<Runtime, "now" | "newId">;
}

/** The point asked for: an instant, UTC, or a version. */
type AsOf = { readonly asOf: string } | { readonly asOfVersion: number };

export type TemporalAnswer = AsOf & {
  readonly aggregate: string;
  readonly aggregateId: string;
  /** Version that the state was folded up to. */
  readonly version: number;
  /** When it came to that version. */
  readonly committedAt: string;
  /** False when folding stopped before the point asked for; then `continuation` goes on. */
  readonly complete: boolean;
  readonly continuation?: string;
  readonly state: unknown;
};

type Asked = AsOf & { readonly target: number };

/** Answers what an aggregate was at an instant or a version: the fold of its log up to then. */
export class TemporalQuery {
  readonly #ports: TemporalQueryPorts;
  readonly #limits: FoldLimits;
  readonly #fold: TemporalFold;
  readonly #continuations: TemporalContinuations<Asked>;

  constructor(ports: TemporalQueryPorts, limits: FoldLimits = FOLD_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
    this.#fold = new TemporalFold(ports);
    this.#continuations = new TemporalContinuations(ports, "state");
  }

  /**
   * `asOf`: an RFC 3339 instant within the last 90 days; what was committed at that very instant counts. `asOfVersion`: a
   * version, which may lie within a commit. `continuation`: where a partial answer left off; the parts end with what one
   * unbounded fold would have answered. Errors: `NEXUS_REQUEST_INVALID`, `NEXUS_AGGREGATE_UNKNOWN`,
   * `NEXUS_CONTINUATION_EXPIRED`, and those of the log and of the store of continuations.
   */
  async stateAt(aggregateId: string, parameters: QueryParameters): Promise<TemporalAnswer> {
    const budget = new FoldBudget(this.#ports.runtime, this.#limits);
    const { continuation } = parameters;
    assertKnown(parameters, continuation === undefined ? ["asOf", "asOfVersion", "continuation"] : ["continuation"]);
    const { stream, asked } =
      continuation === undefined
        ? await this.#begin(aggregateId, parameters)
        : await this.#continuations.resume(continuation, aggregateId);
    const { target, ...asOf } = asked;
    const complete = await this.#fold.advance(stream, target, budget);
    const { definition, version, head, state } = stream;
    return {
      ...{ aggregate: definition.name, aggregateId, ...asOf, version, committedAt: head.committedAt ?? "", complete },
      ...(complete ? {} : { continuation: await this.#continuations.keep(stream, asked) }),
      state,
    };
  }

  async #begin(aggregateId: string, parameters: QueryParameters): Promise<{ stream: RehydratedStream; asked: Asked }> {
    const { catalog, events, runtime } = this.#ports;
    const now = runtime.now();
    const point = readPoint(parameters, ["asOf", "asOfVersion"], now);
    const asOf = "instant" in point ? { asOf: point.instant } : { asOfVersion: point.version };
    if ("version" in point && point.version === 0) throw invalidParameter(point.parameter, "must be a version from 1");
    const last = await commitUpTo(events, aggregateId);
    const target = last === undefined ? 0 : await locate(events, last, point, now);
    if (last === undefined || target === 0)
      throw nexusError(
        "NEXUS_AGGREGATE_UNKNOWN",
        `${aggregateId} has no event${"instant" in point ? ` at or before ${point.instant}` : ""}`,
      );
    const stream = await this.#fold.begin(catalog.aggregate(last.aggregate), aggregateId, target);
    return { stream, asked: { ...asOf, target } };
  }
}
