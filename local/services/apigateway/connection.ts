import type { WebSocket } from "ws";

/** Quotas of WebSocket APIs. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export interface WebSocketLimits {
  readonly messageBytes: number;
  readonly frameBytes: number;
  readonly idleSeconds: number;
  readonly lifetimeSeconds: number;
}

export const WEBSOCKET_LIMITS: WebSocketLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  idleSeconds: 600,
  lifetimeSeconds: 7200,
};

/** What the gateway knows of a client from its handshake. */
export interface ConnectionInfo {
  readonly apiId: string;
  readonly stage: string;
  readonly connectionId: string;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly host: string;
  /** `requestContext.identity` of every event of the connection. */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** An open connection; ends by itself when idle or old. */
export class Connection {
  readonly info: ConnectionInfo;
  lastActiveAt: number;
  readonly #socket: WebSocket;
  readonly #now: () => number;
  readonly #idle: NodeJS.Timeout;
  readonly #lifetime: NodeJS.Timeout;

  constructor(info: ConnectionInfo, socket: WebSocket, limits: WebSocketLimits, now: () => number) {
    this.info = info;
    this.lastActiveAt = now();
    this.#socket = socket;
    this.#now = now;
    this.#idle = setTimeout(() => this.end(1001, "Going away"), limits.idleSeconds * 1000).unref();
    this.#lifetime = setTimeout(() => this.end(1001, "Going away"), limits.lifetimeSeconds * 1000).unref();
    socket.on("message", () => this.#touch());
    socket.on("ping", () => this.#touch());
    socket.on("pong", () => this.#touch());
    socket.on("close", () => {
      clearTimeout(this.#idle);
      clearTimeout(this.#lifetime);
    });
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Resolves once the message is handed to the operating system; rejects when the client is gone. */
  send(data: Buffer | string): Promise<void> {
    this.#touch();
    // A text frame even for bytes: API Gateway sends nothing else.
    return new Promise((resolve, reject) => {
      this.#socket.send(data, { binary: false }, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Ends at once, without a closing handshake. */
  cut(): void {
    this.#socket.terminate();
  }

  #touch(): void {
    this.lastActiveAt = this.#now();
    this.#idle.refresh();
  }
}
