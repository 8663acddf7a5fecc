/** The attribute and index names of the tables, as the components create them. */
export const EVENTS = {
  partitionKey: "aggregateId",
  sortKey: "version",
  /** All of a commit but its key, as JSON. */
  document: "commit",
  timestampIndex: "TimestampIndex",
  indexPartitionKey: "bucket",
  indexSortKey: "timeKey",
} as const;

export const SNAPSHOTS = { partitionKey: "snapshotKey", sortKey: "version", timeToLive: "expiresAt" } as const;

export const CONNECTIONS = {
  partitionKey: "connectionId",
  sortKey: "topic",
  timeToLive: "expiresAt",
  topicIndex: "TopicIndex",
  /** Sort key of the item that stands for the connection itself; no topic may begin with `$`. */
  self: "$connection",
} as const;

export const RATE_LIMITS = {
  partitionKey: "bucket",
  timeToLive: "expiresAt",
  /** A token's attribute is this and its number. */
  token: "token",
} as const;

export const CONTINUATIONS = { partitionKey: "continuationId", sortKey: "part", timeToLive: "expiresAt" } as const;
