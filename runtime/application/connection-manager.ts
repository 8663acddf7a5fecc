import type { ServiceCatalog } from "../kernel/catalog.ts";
import { type NexusError, nexusError } from "../kernel/errors.ts";
import type { Connection, ConnectionGateway, ConnectionStore } from "../ports/notifications.ts";

export interface ConnectionManagerPorts {
  readonly catalog: ServiceCatalog;
  readonly connections: ConnectionStore;
  readonly gateway: ConnectionGateway;
}

type ClientMessage =
  | { readonly action: "subscribe" | "unsubscribe"; readonly topic: string }
  | { readonly action: "ping" };

/** Answers what clients of the WebSocket API send. */
export class ConnectionManager {
  readonly #ports: ConnectionManagerPorts;
  readonly #topics: ReadonlySet<string>;

  constructor(ports: ConnectionManagerPorts) {
    this.#ports = ports;
    this.#topics = new Set(
      ports.catalog.service.projections.flatMap(({ topic }) => (topic === undefined ? [] : [topic])),
    );
  }

  async connect(connection: Connection): Promise<void> {
    await this.#ports.connections.connect(connection);
  }

  async disconnect(connectionId: string): Promise<void> {
    await this.#ports.connections.disconnect(connectionId);
  }

  /** Does what the message asks and posts the answer; a message that makes no sense is answered with an error. */
  async receive(connectionId: string, body: string): Promise<void> {
    const message = this.#parse(body);
    const outcome = await this.#ports.gateway.post(connectionId, await this.#answer(connectionId, message));
    if (outcome === "gone") await this.#ports.connections.disconnect(connectionId);
  }

  async #answer(connectionId: string, message: ClientMessage | NexusError): Promise<object> {
    if (message instanceof Error) return { type: "error", code: message.code, message: message.message };
    switch (message.action) {
      case "ping":
        return { type: "pong" };
      case "subscribe":
        await this.#ports.connections.subscribe(connectionId, message.topic);
        return { type: "subscribed", topic: message.topic };
      case "unsubscribe":
        await this.#ports.connections.unsubscribe(connectionId, message.topic);
        return { type: "unsubscribed", topic: message.topic };
    }
  }

  #parse(body: string): ClientMessage | NexusError {
    const invalid = (detail: string) => nexusError("NEXUS_REQUEST_INVALID", detail);
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch {
      return invalid("the message is not JSON");
    }
    if (message === null || typeof message !== "object") return invalid("the message is not a JSON object");
    const { action, topic } = message as { action?: unknown; topic?: unknown };
    if (action === "ping") return { action };
    if (action !== "subscribe" && action !== "unsubscribe")
      return invalid("action must be one of: subscribe, unsubscribe, ping");
    if (typeof topic === "string" && this.#topics.has(topic)) return { action, topic };
    return nexusError("NEXUS_RESOURCE_UNKNOWN", `topic must be one of: ${[...this.#topics].join(", ")}`);
  }
}
