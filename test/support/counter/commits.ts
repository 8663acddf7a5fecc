import type { CommitDraft } from "../../../runtime/kernel/commit.ts";
import type { Commit, StoredEvent } from "../../../runtime/kernel/event.ts";

export const T0 = "2026-01-31T09:00:00.000Z";

/** An instant after {@link T0}. */
export const at = (seconds: number): string => new Date(Date.parse(T0) + seconds * 1_000).toISOString();

export const opened = (label = "first"): StoredEvent => ({ type: "CounterOpened", schemaVersion: 1, data: { label } });
export const added = (amount = 1): StoredEvent => ({
  type: "CounterAdded",
  schemaVersion: 2,
  data: { amount, unit: "piece" },
});
export const noted = (text = "a note"): StoredEvent => ({ type: "CounterNoted", schemaVersion: 1, data: { text } });

/** A commit of the counter service that has no place yet; every call is another command unless it says otherwise. */
let commands = 0;
export const draft = (aggregateId: string, overrides: Partial<CommitDraft> = {}): CommitDraft => {
  const commandId = overrides.commandId ?? `command-${++commands}`;
  return {
    aggregate: "counter",
    aggregateId,
    commandId,
    correlationId: `correlation-of-${commandId}`,
    causationId: commandId,
    actor: "arn:aws:iam::000000000000:user/tester",
    commandDigest: `digest-of-${commandId}`,
    decidedAt: T0,
    events: [added()],
    ...overrides,
  };
};

/** A commit as it stands in the log, behind the one that ends at the version before; the digests are made up. */
export const commit = (aggregateId: string, version: number, overrides: Partial<CommitDraft> = {}): Commit => {
  const { decidedAt, ...rest } = draft(aggregateId, overrides);
  const digestAt = (last: number): string => (last === 0 ? "" : `digest-of-${aggregateId}-at-${last}`);
  const chain = { previous: digestAt(version - 1), digest: digestAt(version + rest.events.length - 1) };
  return { ...rest, version, committedAt: decidedAt, chain };
};
