import { ANSWER_LIMIT_BYTES, answerBytes } from "../kernel/answer-size.ts";
import { nexusError } from "../kernel/errors.ts";
import { type Commit, type RecordedEvent, recordedEvents } from "../kernel/event.ts";
import type { RehydratedStream } from "../kernel/stream.ts";
import type { CreatePatch, PatchOperation } from "../ports/json-patch.ts";
import { commitUpTo } from "./log-position.ts";
import type { QueryParameters } from "./query-parameters.ts";
import { TemporalContinuations } from "./temporal-continuations.ts";
import { type Allowance, FOLD_LIMITS, FoldBudget, type FoldLimits, TemporalFold } from "./temporal-fold.ts";
import { assertKnown, invalidParameter, locate, readPoint, type TemporalPoint } from "./temporal-point.ts";
import type { TemporalQueryPorts } from "./temporal-query.ts";

export interface TemporalDiffPorts extends TemporalQueryPorts {
  readonly createPatch: CreatePatch;
}

/** One end of a comparison; `instant`, UTC, where it was asked for by one. */
interface End {
  readonly instant?: string;
  readonly version: number;
}

export interface TemporalDifference {
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly from: End;
  readonly to: End;
  /** Version that was folded up to. */
  readonly version: number;
  /** False when the patch is still to come; then `continuation` goes on. */
  readonly complete: boolean;
  readonly continuation?: string;
  /** Those behind `from` that this part has folded: those of all parts, in turn, are what made the difference. */
  readonly events: readonly RecordedEvent[];
  /** RFC 6902: makes the state at `to` of the state at `from`. In the last part alone. */
  readonly patch?: readonly PatchOperation[];
}

interface Asked {
  readonly from: End;
  readonly to: End;
  /** The state at `from`, once that is folded. */
  readonly before?: { readonly state: unknown };
}

/** Most of the events of one part; what is left of an answer is for a commit that goes beyond it, and for the patch. */
const EVENTS_LIMIT_BYTES = ANSWER_LIMIT_BYTES / 2;

/** Answers how an aggregate changed between two points of its past, and by which events. */
export class TemporalDiff {
  readonly #ports: TemporalDiffPorts;
  readonly #limits: FoldLimits;
  readonly #fold: TemporalFold;
  readonly #continuations: TemporalContinuations<Asked>;

  constructor(ports: TemporalDiffPorts, limits: FoldLimits = FOLD_LIMITS) {
    this.#ports = ports;
    this.#limits = limits;
    this.#fold = new TemporalFold(ports);
    this.#continuations = new TemporalContinuations(ports, "diff");
  }

  /**
   * `from` or `fromVersion`, `to` or `toVersion`: as `asOf` and `asOfVersion` of a temporal query; a `from` before the
   * first event is the initial state. `continuation`: where a partial answer left off. Errors as of a temporal query.
   */
  async between(aggregateId: string, parameters: QueryParameters): Promise<TemporalDifference> {
    const budget = new FoldBudget(this.#ports.runtime, this.#limits);
    const { continuation } = parameters;
    const known = ["from", "fromVersion", "to", "toVersion", "continuation"];
    assertKnown(parameters, continuation === undefined ? known : ["continuation"]);
    const { stream, asked } =
      continuation === undefined
        ? await this.#begin(aggregateId, parameters)
        : await this.#continuations.resume(continuation, aggregateId);
    const before = asked.before ?? (await this.#before(stream, asked, budget));
    const page = new EventsPage(budget);
    const folded = before !== undefined && (await this.#fold.advance(stream, asked.to.version, page));
    const patch = folded ? this.#ports.createPatch(before.state, plain(stream.state)) : undefined;
    // A patch that has no room beside the events gets a part of its own.
    const complete = patch !== undefined && page.hasRoomFor(patch);
    const leftOff = before === undefined ? asked : { ...asked, before };
    return {
      ...{ aggregate: stream.definition.name, aggregateId, from: asked.from, to: asked.to, version: stream.version },
      complete,
      ...(complete ? {} : { continuation: await this.#continuations.keep(stream, leftOff) }),
      events: page.events,
      ...(complete ? { patch } : {}),
    };
  }

  async #begin(aggregateId: string, parameters: QueryParameters): Promise<{ stream: RehydratedStream; asked: Asked }> {
    const { catalog, events, runtime } = this.#ports;
    const now = runtime.now();
    const points = [
      readPoint(parameters, ["from", "fromVersion"], now),
      readPoint(parameters, ["to", "toVersion"], now),
    ] as const;
    const last = await commitUpTo(events, aggregateId);
    if (last === undefined) throw nexusError("NEXUS_AGGREGATE_UNKNOWN", `${aggregateId} has no event`);
    const [from, to] = await Promise.all(
      points.map(async (point) => endOf(point, await locate(events, last, point, now))),
    );
    if (from === undefined || to === undefined || to.version === 0)
      throw nexusError("NEXUS_AGGREGATE_UNKNOWN", `${aggregateId} has no event at or before ${points[1].parameter}`);
    if (from.version > to.version)
      throw invalidParameter(
        points[0].parameter,
        `lies behind ${points[1].parameter}: version ${from.version} and version ${to.version}`,
      );
    const stream = await this.#fold.begin(catalog.aggregate(last.aggregate), aggregateId, from.version);
    return { stream, asked: { from, to } };
  }

  async #before(stream: RehydratedStream, { from }: Asked, budget: FoldBudget): Promise<Asked["before"]> {
    return (await this.#fold.advance(stream, from.version, budget)) ? { state: plain(stream.state) } : undefined;
  }
}

const endOf = (point: TemporalPoint, version: number): End =>
  "instant" in point ? { instant: point.instant, version } : { version };

/** As it is answered: JSON has no dates and nothing that is undefined, and a reducer may hold on to what it is given. */
const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state ?? null));

/** The events that one part answers with. */
class EventsPage implements Allowance {
  readonly events: RecordedEvent[] = [];
  readonly #budget: FoldBudget;
  #bytes = 0;

  constructor(budget: FoldBudget) {
    this.#budget = budget;
  }

  get eventsLeft(): number {
    return this.#budget.eventsLeft;
  }

  take(commit: Commit): boolean {
    const found = recordedEvents(commit);
    const bytes = answerBytes(JSON.stringify(found));
    if (this.events.length > 0 && this.#bytes + bytes > EVENTS_LIMIT_BYTES) return false;
    if (!this.#budget.take(commit)) return false;
    this.events.push(...found);
    this.#bytes += bytes;
    return true;
  }

  hasRoomFor(patch: readonly PatchOperation[]): boolean {
    return this.events.length === 0 || this.#bytes + answerBytes(JSON.stringify(patch)) <= ANSWER_LIMIT_BYTES - 4_096;
  }
}
