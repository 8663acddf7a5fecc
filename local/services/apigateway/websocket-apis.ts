import { randomBytes } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { RouteConfig, StageConfig } from "./config.ts";
import type { Api, ConfigStore } from "./config-store.ts";
import { Connection, type ConnectionInfo, type WebSocketLimits } from "./connection.ts";
import { guardFrames } from "./frame-guard.ts";
import { type GatewayRequest, toGatewayRequest } from "./http-request.ts";
import {
  authorizeRoute,
  executeApiArn,
  type GatewayContext,
  type IntegrationResult,
  integrationOf,
  invokeIntegration,
} from "./integration.ts";
import { Throttle } from "./throttle.ts";
import { connectEvent, disconnectEvent, identityOf, messageEvent } from "./websocket-event.ts";

const PATH = /^\/_ws\/([^/]+)\/([^/]+)\/?$/;
const CONNECT_FAILURE = { rejected: 500, failed: 502, timeout: 504 } as const;

/** WebSocket APIs: handshake with `$connect`, routing of messages, `$disconnect`. */
export class WebSocketApis {
  readonly #store: ConfigStore;
  readonly #context: GatewayContext;
  readonly #limits: WebSocketLimits;
  readonly #throttle: Throttle;
  readonly #server: WebSocketServer;
  readonly #connections = new Map<string, Connection>();
  /** The subprotocol that the answer to `$connect` chose, until the handshake is done. */
  readonly #protocols = new WeakMap<IncomingMessage, string>();
  #closing = false;

  constructor(store: ConfigStore, context: GatewayContext, limits: WebSocketLimits) {
    this.#store = store;
    this.#context = context;
    this.#limits = limits;
    this.#throttle = new Throttle(context.now);
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: limits.messageBytes,
      handleProtocols: (_offered, request) => this.#protocols.get(request) ?? false,
    });
  }

  /** An open connection of this API and stage. */
  connection(apiId: string, stage: string, connectionId: string): Connection | undefined {
    const connection = this.#connections.get(connectionId);
    const fits = connection?.open && connection.info.apiId === apiId && connection.info.stage === stage;
    return fits ? connection : undefined;
  }

  /** Answers a handshake: refuses it with the status that `$connect` came to, or opens the connection. */
  async upgrade(raw: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const request = toGatewayRequest(raw, Buffer.alloc(0), this.#context.now());
    const [, apiId = "", stageName = ""] = PATH.exec(request.path) ?? [];
    const api = this.#store.find(apiId);
    const stage = api?.stages.get(stageName);
    if (api?.config.protocolType !== "WEBSOCKET" || stage === undefined) return refuse(socket, 403);
    if (!this.#throttle.take(stage)) return refuse(socket, 429);

    const connected = await this.#connect(api, stage, raw, request);
    if ("refused" in connected) return refuse(socket, connected.refused);
    if (socket.destroyed || this.#closing) {
      socket.destroy();
      return this.#disconnect(api, connected, 1006, "Connection closed abnormally");
    }
    this.#server.handleUpgrade(raw, socket, head, (client) => this.#open(api, stage, connected, client, socket));
  }

  /** Ends the connections of an API, or of one of its stages, that goes away. */
  end(apiId: string, stage?: string): void {
    for (const connection of this.#connections.values())
      if (connection.info.apiId === apiId && connection.info.stage === (stage ?? connection.info.stage))
        connection.end(1001, "Going away");
  }

  /** Ends every connection at once; `$disconnect` is not sent, for the functions go down as well. */
  close(): void {
    this.#closing = true;
    for (const connection of this.#connections.values()) connection.cut();
    this.#connections.clear();
    this.#server.close();
  }

  async #connect(
    api: Api,
    stage: StageConfig,
    raw: IncomingMessage,
    request: GatewayRequest,
  ): Promise<ConnectionInfo | { refused: number }> {
    const info = {
      apiId: api.config.apiId,
      stage: stage.name,
      connectionId: `${randomBytes(11).toString("base64url")}=`,
      connectedAt: request.time,
      host: request.host,
    };
    const route = findRoute(api, "$connect");
    if (route === undefined) return { ...info, identity: identityOf(request, undefined) };
    const resource = `${api.config.apiId}/${stage.name}/$connect`;
    const caller = await authorizeRoute(this.#context, route, request, resource);
    if (!caller.allowed) {
      this.#context.report(`$connect of ${api.config.name} was refused: ${caller.error.message}`);
      return { refused: 403 };
    }
    const connection = { ...info, identity: identityOf(request, caller.principal) };
    if (integrationOf(api, route) === undefined) return connection;
    const result = await this.#invoke(api, route, connection, connectEvent(connection, request), request.trace);
    if (!result.ok) return { refused: CONNECT_FAILURE[result.reason] };
    const answer = result.payload as { statusCode?: unknown; headers?: Record<string, unknown> } | null;
    const statusCode = Number(answer?.statusCode);
    if (!(statusCode >= 200 && statusCode < 300)) return { refused: statusCode >= 400 ? statusCode : 502 };
    const protocol = Object.entries(answer?.headers ?? {}).find(([k]) => k.toLowerCase() === "sec-websocket-protocol");
    if (protocol !== undefined) this.#protocols.set(raw, String(protocol[1]));
    return connection;
  }

  #open(api: Api, stage: StageConfig, info: ConnectionInfo, client: WebSocket, socket: Duplex): void {
    const connection = new Connection(info, client, this.#limits, this.#context.now);
    this.#connections.set(info.connectionId, connection);
    guardFrames(socket, this.#limits.frameBytes, () => connection.end(1009, "Message too long"));
    client.on("error", () => {}); // a protocol violation; `close` follows with its code
    client.on("message", (data, binary) => {
      if (connection.open) void this.#receive(api, stage, connection, toBuffer(data), binary);
    });
    client.on("close", (code, reason) => {
      this.#connections.delete(info.connectionId);
      if (!this.#closing) void this.#disconnect(api, info, code, reason.toString());
    });
  }

  async #receive(api: Api, stage: StageConfig, connection: Connection, data: Buffer, binary: boolean): Promise<void> {
    const { info } = connection;
    const selected = selectRoute(api, data);
    const route = selected === undefined ? undefined : (findRoute(api, selected) ?? findRoute(api, "$default"));
    const event = messageEvent(info, route?.routeKey ?? "", data, binary, this.#context.now());
    const complain = (message: string) => {
      const { connectionId } = info;
      const body = JSON.stringify({ message, connectionId, requestId: event.requestContext.requestId });
      return connection.send(body).catch(() => {}); // the client went away meanwhile
    };
    if (!this.#throttle.take(stage)) return complain("Too Many Requests");
    if (route === undefined) return complain("Forbidden");
    const result = await this.#invoke(api, route, info, event);
    if (!result.ok) return complain("Internal server error");
  }

  async #disconnect(api: Api, info: ConnectionInfo, code: number, reason: string): Promise<void> {
    const route = findRoute(api, "$disconnect");
    if (route === undefined || integrationOf(api, route) === undefined) return;
    await this.#invoke(api, route, info, disconnectEvent(info, code, reason, this.#context.now()));
  }

  #invoke(
    api: Api,
    route: RouteConfig,
    info: ConnectionInfo,
    event: unknown,
    trace?: string,
  ): Promise<IntegrationResult> {
    const sourceArn = executeApiArn(this.#context.region, `${info.apiId}/${info.stage}/${route.routeKey}`);
    return invokeIntegration(this.#context, api, route, {
      event,
      sourceArn,
      ...(trace === undefined ? {} : { trace }),
    });
  }
}

const findRoute = (api: Api, routeKey: string): RouteConfig | undefined =>
  [...api.routes.values()].find((route) => route.routeKey === routeKey);

/** The key that the API's `$request.body.x` selects; `$default` for what is no JSON object with it. */
const selectRoute = (api: Api, data: Buffer): string => {
  const path = (api.config.routeSelectionExpression ?? "").replace(/^\$\{?request\.body\.|\}$/g, "").split(".");
  try {
    let value: unknown = JSON.parse(data.toString());
    for (const member of path) value = (value as Record<string, unknown> | null)?.[member];
    const reserved = value === "$connect" || value === "$disconnect";
    return typeof value === "string" && !reserved ? value : "$default";
  } catch {
    return "$default";
  }
};

const toBuffer = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;

const refuse = (socket: Duplex, statusCode: number): void => {
  const reason = STATUS_CODES[statusCode] ?? "Refused";
  const body = JSON.stringify({ message: reason });
  socket.end(
    `HTTP/1.1 ${statusCode} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
};
