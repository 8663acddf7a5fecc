import { nexusError } from "./errors.ts";
import type { Commit } from "./event.ts";
import { instantMs } from "./instant.ts";

const VERSION_DIGITS = 12;

/** Sorts all commits of a service by time, then aggregate, then version. */
export const timeKeyOf = ({
  committedAt,
  aggregateId,
  version,
}: Pick<Commit, "committedAt" | "aggregateId" | "version">): string =>
  `${committedAt}#${aggregateId}#${String(version).padStart(VERSION_DIGITS, "0")}`;

const TIME_KEY = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[^#]+#\d{12}$/;

/** A range of time keys, both ends excluded but for `from` itself where no page was read before. */
export interface TimeKeyRange {
  readonly from: string;
  /** RFC 3339 UTC with milliseconds; a key goes on behind its instant, so one at `to` itself sorts after it. */
  readonly to: string;
}

const instant = (text: string, name: string): string => {
  const time = instantMs(text);
  if (time === undefined) throw nexusError("NEXUS_REQUEST_INVALID", `${name} is not an RFC 3339 time`);
  return new Date(time).toISOString();
};

/** The keys of a range, behind the page whose token is `after`. Throws `NEXUS_REQUEST_INVALID`. */
export const timeKeyRange = (range: { from: string; to: string }, after?: string): TimeKeyRange => {
  const from = instant(range.from, "from");
  const to = instant(range.to, "to");
  if (after === undefined) return { from, to };
  if (!TIME_KEY.test(after) || after < from || after >= to)
    throw nexusError("NEXUS_REQUEST_INVALID", "the paging token does not belong to this range");
  // No key begins with another one and goes on: all end with the digits of a version.
  return { from: `${after}~`, to };
};
