/** Tells the clients of a topic that the document of an aggregate has changed. */
export interface Notification {
  readonly topic: string;
  readonly projection: string;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly time: string;
  readonly correlationId: string;
  readonly traceparent?: string;
}

/** Error: `NEXUS_BUS_UNAVAILABLE`. */
export interface NotificationQueue {
  /** What became of each, in the same order: `undefined` when it was accepted. */
  send(notifications: readonly Notification[]): Promise<readonly (Error | undefined)[]>;
}

export interface Connection {
  readonly connectionId: string;
  /** The caller's ARN. */
  readonly actor: string;
  /** RFC 3339. */
  readonly connectedAt: string;
}

/** WebSocket connections and the topics they listen to. Error: `NEXUS_CONNECTIONS_UNAVAILABLE`. */
export interface ConnectionStore {
  connect(connection: Connection): Promise<void>;
  /** Forgets the connection and its subscriptions; nothing when it is unknown. */
  disconnect(connectionId: string): Promise<void>;
  subscribe(connectionId: string, topic: string): Promise<void>;
  unsubscribe(connectionId: string, topic: string): Promise<void>;
  /** Pages of connection ids. */
  subscribers(topic: string): AsyncIterable<readonly string[]>;
}

/** Posts to a WebSocket connection. Error: `NEXUS_BUS_UNAVAILABLE`, `NEXUS_ACCESS_DENIED`. */
export interface ConnectionGateway {
  post(connectionId: string, message: object): Promise<"delivered" | "gone">;
}
