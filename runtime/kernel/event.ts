/** What `decide` returns: a fact in the past tense and its data. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Where a commit came from; the same for every event of it. */
export interface CommitMetadata {
  /** The id the caller gave (`Idempotency-Key`), at most 128 characters. */
  readonly commandId: string;
  readonly correlationId: string;
  /** The command or event that led to this one. */
  readonly causationId: string;
  /** The caller's ARN. */
  readonly actor: string;
  /** W3C trace context of the request. */
  readonly traceparent?: string;
}

/** An event as it stands in the log. */
export interface RecordedEvent<E extends DomainEvent = DomainEvent> extends CommitMetadata {
  /** `<aggregateId>/<version>`: unique in the log and the same on every retry. */
  readonly id: string;
  readonly type: E["type"];
  readonly schemaVersion: number;
  /** The kind of aggregate, such as `order`. */
  readonly aggregate: string;
  readonly aggregateId: string;
  /** Position in its aggregate: 1, 2, 3, ... without gaps. */
  readonly version: number;
  /** Instant of the commit, RFC 3339 UTC with milliseconds; never goes back within an aggregate. */
  readonly time: string;
  readonly data: E["data"];
}

export const eventId = (aggregateId: string, version: number): string => `${aggregateId}/${version}`;

/** Ties a commit to the one before it. What is digested, and what that proves, is said in docs/event-store.md. */
export interface ChainLink {
  /** Digest of the commit before; empty where the chain begins. */
  readonly previous: string;
  /** SHA-256 of this commit in canonical form, `previous` included; base64url. */
  readonly digest: string;
}

/** One decision, stored as one item: all of it or nothing. */
export interface Commit extends CommitMetadata {
  readonly aggregate: string;
  readonly aggregateId: string;
  /** Version of the first event of the commit. */
  readonly version: number;
  readonly committedAt: string;
  /** Digest of the command's type and payload; tells a retry from a reused key. */
  readonly commandDigest: string;
  readonly events: readonly StoredEvent[];
  readonly chain: ChainLink;
}

/** The part of an event that is its own; the rest is its commit's. */
export interface StoredEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}

/** The events of a commit, each with its own version. */
export const recordedEvents = (commit: Commit): RecordedEvent[] =>
  commit.events.map((event, index) => ({
    id: eventId(commit.aggregateId, commit.version + index),
    type: event.type,
    schemaVersion: event.schemaVersion,
    aggregate: commit.aggregate,
    aggregateId: commit.aggregateId,
    version: commit.version + index,
    time: commit.committedAt,
    data: event.data,
    commandId: commit.commandId,
    correlationId: commit.correlationId,
    causationId: commit.causationId,
    actor: commit.actor,
    ...(commit.traceparent === undefined ? {} : { traceparent: commit.traceparent }),
  }));

const TEXTS = [
  "aggregate",
  "committedAt",
  "commandId",
  "commandDigest",
  "correlationId",
  "causationId",
  "actor",
] as const satisfies readonly (keyof Commit)[];

const LINK_TEXTS = ["previous", "digest"] as const satisfies readonly (keyof ChainLink)[];

const holdsTexts = (value: unknown, names: readonly string[]): value is object =>
  typeof value === "object" && value !== null && names.every((name) => typeof Reflect.get(value, name) === "string");

/** A commit but for its place. */
export type CommitDocument = Omit<Commit, "aggregateId" | "version">;

/** Whether what was read has the form of a commit; that it is the one appended, its digest tells. */
export const isCommitDocument = (value: unknown): value is CommitDocument =>
  holdsTexts(value, TEXTS) &&
  "events" in value &&
  Array.isArray(value.events) &&
  value.events.length > 0 &&
  "chain" in value &&
  holdsTexts(value.chain, LINK_TEXTS);

/** Version of the last event of a commit. */
export const lastVersion = (commit: Commit): number => commit.version + commit.events.length - 1;

/**
 * The events of a commit from one version to another, as a commit of their own. Folding its parts one after the other
 * comes to what folding the whole does.
 */
export const partOf = (commit: Commit, fromVersion: number, toVersion: number): Commit => {
  const { chain, events, ...rest } = commit;
  const version = Math.max(commit.version, fromVersion);
  if (version === commit.version && toVersion >= lastVersion(commit)) return commit;
  return {
    ...rest,
    version,
    events: events.slice(version - commit.version, toVersion - commit.version + 1),
    // What stands before a later part is the earlier part of the same commit.
    chain: version === commit.version ? chain : { previous: chain.digest, digest: chain.digest },
  };
};

/** Whether a commit holds an event of one of the types; any does when no type is named. */
export const holdsType = (commit: Commit, types: readonly string[] | undefined): boolean =>
  types === undefined || commit.events.some(({ type }) => types.includes(type));
