import type { Connection, ConnectionStore } from "../../ports/notifications.ts";

/** Connections in memory, for tests of services. */
export class MemoryConnectionStore implements ConnectionStore {
  readonly connections = new Map<string, Connection>();
  readonly #topics = new Map<string, Set<string>>();

  async connect(connection: Connection): Promise<void> {
    this.connections.set(connection.connectionId, connection);
  }

  async disconnect(connectionId: string): Promise<void> {
    this.connections.delete(connectionId);
    for (const subscribers of this.#topics.values()) subscribers.delete(connectionId);
  }

  async subscribe(connectionId: string, topic: string): Promise<void> {
    this.#topics.set(topic, (this.#topics.get(topic) ?? new Set()).add(connectionId));
  }

  async unsubscribe(connectionId: string, topic: string): Promise<void> {
    this.#topics.get(topic)?.delete(connectionId);
  }

  async *subscribers(topic: string): AsyncGenerator<readonly string[]> {
    yield [...(this.#topics.get(topic) ?? [])];
  }
}
