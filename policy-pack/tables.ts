interface Keys {
  readonly hashKey?: string | undefined;
  readonly rangeKey?: string | undefined;
}

/** The keys by which the runtime stores commits: a table with them is an event log, whoever made it. */
export const isEventLog = ({ hashKey, rangeKey }: Keys): boolean => hashKey === "aggregateId" && rangeKey === "version";

/** The keys by which the runtime stores snapshots. */
export const isSnapshots = ({ hashKey, rangeKey }: Keys): boolean =>
  hashKey === "snapshotKey" && rangeKey === "version";

/** The keys by which the runtime stores WebSocket connections and what they are subscribed to. */
export const isConnections = ({ hashKey }: Keys): boolean => hashKey === "connectionId";
