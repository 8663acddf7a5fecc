import { commitUpTo, versionAt } from "../../runtime/application/log-position.ts";
import { lastVersion } from "../../runtime/kernel/event.ts";
import { instantMs } from "../../runtime/kernel/instant.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import { badInput, failed } from "../failure.ts";

/** A point in the history of an aggregate. */
export type HistoryPoint = { readonly version: number } | { readonly instant: string };

/** What the options that name points say of them. */
export const POINT = "a version, or an instant such as 2026-01-31T12:00:00Z";

/** @throws CliFailure when the text is neither a version, from `first` on, nor an instant */
export const readPoint = (option: string, text: string, first: 0 | 1 = 1): HistoryPoint => {
  if (/^\d{1,15}$/.test(text) && Number(text) >= first) return { version: Number(text) };
  const time = instantMs(text);
  if (time !== undefined) return { instant: new Date(time).toISOString() };
  throw badInput(
    `${option} must be a version from ${first}, or an instant such as 2026-01-31T12:00:00Z, and is not: ${text}`,
  );
};

/**
 * The version that an aggregate had at a point, 0 before its first event; the last one where no point is given.
 * @throws CliFailure when the log has no such aggregate, or ends before the version
 */
export const versionAtPoint = async (
  events: EventStore,
  aggregateId: string,
  point: HistoryPoint | undefined,
): Promise<number> => {
  const last = await commitUpTo(events, aggregateId);
  if (last === undefined) throw failed(`the log has no ${aggregateId}`);
  const end = lastVersion(last);
  if (point === undefined) return end;
  if ("instant" in point) return versionAt(events, last, point.instant);
  if (point.version > end) throw failed(`${aggregateId} ends at version ${end}; it has no version ${point.version}`);
  return point.version;
};
