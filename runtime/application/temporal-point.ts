import { type NexusError, nexusError } from "../kernel/errors.ts";
import { type Commit, lastVersion } from "../kernel/event.ts";
import { instantMs } from "../kernel/instant.ts";
import type { EventStore } from "../ports/event-store.ts";
import { commitUpTo, versionAt } from "./log-position.ts";
import type { QueryParameters } from "./query-parameters.ts";

/** How far back a temporal query looks. */
const LONGEST_DAYS = 90;

/** A point in the history of an aggregate, and the parameter that named it. */
export type TemporalPoint =
  | { readonly parameter: string; readonly instant: string }
  | { readonly parameter: string; readonly version: number };

/** `parameter` begins the sentence that says what is wrong with it. */
export const invalidParameter = (parameter: string, message: string): NexusError =>
  nexusError("NEXUS_REQUEST_INVALID", `${parameter} ${message}`, {
    context: { errors: [{ path: parameter, keyword: "parameter", message }] },
  });

/**
 * The point that one of two parameters names: an RFC 3339 instant of the last 90 days, or a version.
 * Throws `NEXUS_REQUEST_INVALID`.
 */
export const readPoint = (
  parameters: QueryParameters,
  [instantName, versionName]: readonly [instant: string, version: string],
  now: number,
): TemporalPoint => {
  const { [instantName]: instant, [versionName]: version } = parameters;
  if ((instant === undefined) === (version === undefined))
    throw invalidParameter(instantName, `or ${versionName} must be given, and not both`);
  if (version === undefined) return { parameter: instantName, instant: readInstant(instantName, instant ?? "", now) };
  if (!/^\d{1,15}$/.test(version)) throw invalidParameter(versionName, "must be a whole number");
  return { parameter: versionName, version: Number(version) };
};

const readInstant = (parameter: string, text: string, now: number): string => {
  const time = instantMs(text);
  if (time === undefined) throw invalidParameter(parameter, "must be an RFC 3339 instant such as 2026-01-31T12:00:00Z");
  if (time > now) throw invalidParameter(parameter, `lies in the future; it is ${new Date(now).toISOString()} now`);
  if (isTooOld(time, now)) throw invalidParameter(parameter, `lies more than ${LONGEST_DAYS} days back`);
  return new Date(time).toISOString();
};

/**
 * The version that a point stands for in the log that ends with `last`; 0 before the first event. A version is as old as
 * the commit that went beyond it. Throws `NEXUS_REQUEST_INVALID`.
 */
export const locate = async (
  events: Pick<EventStore, "getEvents">,
  last: Commit,
  point: TemporalPoint,
  now: number,
): Promise<number> => {
  const { aggregateId } = last;
  if ("instant" in point) return versionAt(events, last, point.instant);
  const { parameter, version } = point;
  const end = lastVersion(last);
  if (version > end) throw invalidParameter(parameter, `is ${version}, and ${aggregateId} ends at version ${end}`);
  const beyond = version === end ? undefined : await commitUpTo(events, aggregateId, version + 1);
  if (beyond !== undefined && isTooOld(Date.parse(beyond.committedAt), now))
    throw invalidParameter(
      parameter,
      `is ${version}, which was left behind at ${beyond.committedAt}, more than ${LONGEST_DAYS} days back`,
    );
  return version;
};

const isTooOld = (time: number, now: number): boolean => time < now - LONGEST_DAYS * 86_400_000;

/** Refuses what a question does not ask for: a parameter with a slip in its name would be passed over in silence. */
export const assertKnown = (parameters: QueryParameters, known: readonly string[]): void => {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidParameter(unknown, `is no parameter; there are ${known.join(", ")}`);
};
