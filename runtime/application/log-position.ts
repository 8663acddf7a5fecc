import { type Commit, lastVersion } from "../kernel/event.ts";
import type { EventStore } from "../ports/event-store.ts";

type Log = Pick<EventStore, "getEvents">;

/** The last commit of an aggregate, or the one that holds a version; `undefined` when there is none. */
export const commitUpTo = async (events: Log, aggregateId: string, toVersion?: number): Promise<Commit | undefined> => {
  const range = toVersion === undefined ? {} : { toVersion };
  for await (const { commits } of events.getEvents(aggregateId, {
    ...range,
    direction: "backward",
    firstPageCommits: 1,
  }))
    return commits[0];
  return undefined;
};

/**
 * The version that an aggregate had at an instant, 0 when it had none: what was committed at that very instant counts.
 * Commits never go back in time, so halving the versions finds it: one commit read, where the instant is behind the last,
 * else about as many as the number of versions has binary digits.
 */
export const versionAt = async (events: Log, last: Commit, instant: string): Promise<number> => {
  if (last.committedAt <= instant) return lastVersion(last);
  let by = 0;
  let behind = last.version;
  while (by < behind - 1) {
    const commit = await commitUpTo(events, last.aggregateId, Math.floor((by + behind) / 2));
    if (commit === undefined) break;
    if (commit.committedAt <= instant) by = lastVersion(commit);
    else behind = commit.version;
  }
  return by;
};
