import { ANSWER_LIMIT_BYTES, answerBytes } from "../kernel/answer-size.ts";
import type { RecordedEvent } from "../kernel/event.ts";
import { instantMs } from "../kernel/instant.ts";
import { timeKeyOf } from "../kernel/timeline.ts";
import type { EventPage, EventStore, TimeRange } from "../ports/event-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { QueryParameters } from "./query-parameters.ts";
import { assertKnown, invalidParameter } from "./temporal-point.ts";

export interface EventRangePorts {
  readonly events: Pick<EventStore, "getEventsByTimeRange">;
  readonly runtime: Pick<Runtime, "now">;
}

export interface EventRangeAnswer extends TimeRange {
  /** By time, then aggregate, then version. */
  readonly events: readonly RecordedEvent[];
  /** False when the range goes on behind this page; then `next` is what to ask for as `after`. */
  readonly complete: boolean;
  readonly next?: string;
}

/** Commits of one answer. */
const PAGE_COMMITS = 100;
/** What the index is asked for an hour costs the same when nothing happened in it. */
const LONGEST_DAYS = 7;
const EVENTS_LIMIT_BYTES = ANSWER_LIMIT_BYTES - 16_384;

/** Answers what happened in a range of time, in all aggregates. */
export class EventRange {
  readonly #ports: EventRangePorts;

  constructor(ports: EventRangePorts) {
    this.#ports = ports;
  }

  /**
   * A page of the events from `from` on and before `to`, RFC 3339; `after` goes on behind an earlier page. Errors:
   * `NEXUS_REQUEST_INVALID` for a time or token that cannot be taken, and those of the log.
   */
  async page(parameters: QueryParameters): Promise<EventRangeAnswer> {
    assertKnown(parameters, ["from", "to", "after"]);
    const range = this.#range(parameters);
    const { after } = parameters;
    const options = { pageCommits: PAGE_COMMITS, ...(after === undefined ? {} : { after }) };
    for await (const page of this.#ports.events.getEventsByTimeRange(range, options)) {
      const { events, token } = fitting(page);
      const complete = token === page.token && page.commits < PAGE_COMMITS;
      return { ...range, complete, ...(complete ? {} : { next: token }), events };
    }
    return { ...range, complete: true, events: [] };
  }

  #range({ from, to }: QueryParameters): TimeRange {
    const [begin, end] = [readTime("from", from), readTime("to", to)];
    const now = this.#ports.runtime.now();
    if (end > now) throw invalidParameter("to", `lies in the future; it is ${new Date(now).toISOString()} now`);
    if (begin >= end) throw invalidParameter("from", "must lie before to");
    if (end - begin > LONGEST_DAYS * 86_400_000)
      throw invalidParameter("to", `must lie at most ${LONGEST_DAYS} days behind from`);
    return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
  }
}

const readTime = (parameter: string, text: string | undefined): number => {
  const time = text === undefined ? undefined : instantMs(text);
  if (time !== undefined) return time;
  throw invalidParameter(parameter, "must be an RFC 3339 instant such as 2026-01-31T12:00:00Z");
};

/** As many commits of a page, from its beginning, as fit into an answer; one at least, and where to go on behind them. */
const fitting = ({ events, token }: EventPage): Pick<EventPage, "events" | "token"> => {
  let bytes = 0;
  let commit = 0;
  for (const [index, event] of events.entries()) {
    const first = events[commit];
    if (first === undefined || !sameCommit(first, event)) commit = index;
    bytes += answerBytes(JSON.stringify(event));
    if (bytes <= EVENTS_LIMIT_BYTES || commit === 0) continue;
    const last = events.slice(0, commit);
    return { events: last, token: tokenBehind(last) };
  }
  return { events, token };
};

const sameCommit = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.aggregateId === b.aggregateId && a.commandId === b.commandId && a.time === b.time;

const tokenBehind = (events: readonly RecordedEvent[]): string => {
  const last = events.at(-1) as RecordedEvent;
  const { aggregateId, version } = events.find((event) => sameCommit(event, last)) as RecordedEvent;
  return timeKeyOf({ committedAt: last.time, aggregateId, version });
};
