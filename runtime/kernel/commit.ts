import { nexusError } from "./errors.ts";
import { type Commit, lastVersion } from "./event.ts";
import { chained, type Digest } from "./hash-chain.ts";
import type { StreamHead } from "./stream.ts";

/** A commit that has no place in the log yet. */
export type CommitDraft = Omit<Commit, "version" | "committedAt" | "chain"> & {
  /** Instant of the decision, RFC 3339 UTC with milliseconds. */
  readonly decidedAt: string;
};

/** Where a draft goes: behind a loaded head, or behind a version that the store has yet to verify. */
export interface AppendPosition {
  readonly aggregateId: string;
  readonly version: number;
  readonly committedAt: string | undefined;
  /** Digest of the last commit; empty when there is none. */
  readonly digest: string;
}

/** The position behind a commit. */
export const behind = (aggregateId: string, last: Commit | undefined): AppendPosition => ({
  aggregateId,
  version: last === undefined ? 0 : lastVersion(last),
  committedAt: last?.committedAt,
  digest: last?.chain.digest ?? "",
});

/**
 * The commit behind a head, chained to it. Its instant is never before that of the commit it follows, whatever the
 * clocks say. `digest` is SHA-256 of UTF-8 text, base64url. Throws `NEXUS_EVENT_INVALID` for what JSON cannot carry.
 */
export const commitBehind = (head: StreamHead | AppendPosition, draft: CommitDraft, digest: Digest): Commit => {
  if (draft.aggregateId !== head.aggregateId)
    throw nexusError("NEXUS_INTERNAL", `a commit of ${draft.aggregateId} cannot follow ${head.aggregateId}`);
  if (draft.events.length === 0) throw nexusError("NEXUS_INTERNAL", "a commit holds at least one event");
  const { decidedAt, ...rest } = draft;
  const committedAt = head.committedAt !== undefined && head.committedAt > decidedAt ? head.committedAt : decidedAt;
  try {
    return chained({ ...rest, version: head.version + 1, committedAt }, head.digest, digest);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw nexusError("NEXUS_EVENT_INVALID", `the events of ${head.aggregateId} cannot be written as JSON: ${why}`, {
      context: { aggregateId: head.aggregateId },
      cause,
    });
  }
};

/** Whether two commits come from the same command: a retry, not a rival. */
export const sameCommand = (
  a: Pick<Commit, "commandId" | "commandDigest">,
  b: Pick<Commit, "commandId" | "commandDigest">,
): boolean => a.commandId === b.commandId && a.commandDigest === b.commandDigest;
