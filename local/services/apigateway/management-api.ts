import { AwsError } from "../contract.ts";
import type { ConfigStore } from "./config-store.ts";
import type { WebSocketLimits } from "./connection.ts";
import { type GatewayAnswer, type GatewayRequest, messageAnswer, toWireRequest } from "./http-request.ts";
import { executeApiArn, type GatewayContext } from "./integration.ts";
import type { WebSocketApis } from "./websocket-apis.ts";

const PATH = /^\/_ws\/([^/]+)\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/i;
const METHODS = new Set(["GET", "POST", "DELETE"]);

const failure = (statusCode: number, code: string, message: string): GatewayAnswer =>
  messageAnswer(statusCode, message, { "x-amzn-errortype": code });

/** `@connections`: what a backend says to the clients of a WebSocket API. Always signed. */
export class ManagementApi {
  readonly #store: ConfigStore;
  readonly #context: GatewayContext;
  readonly #apis: WebSocketApis;
  readonly #limits: WebSocketLimits;

  constructor(store: ConfigStore, context: GatewayContext, apis: WebSocketApis, limits: WebSocketLimits) {
    this.#store = store;
    this.#context = context;
    this.#apis = apis;
    this.#limits = limits;
  }

  async handle(request: GatewayRequest): Promise<GatewayAnswer> {
    const [, apiId = "", stage = "", encodedId = ""] = PATH.exec(request.path) ?? [];
    if (encodedId === "") return messageAnswer(426, "Upgrade Required", { upgrade: "websocket" });
    if (!METHODS.has(request.method) || this.#store.find(apiId)?.stages.get(stage) === undefined)
      return failure(403, "ForbiddenException", "Forbidden");
    const connectionId = decodeURIComponent(encodedId);
    const resource = `${apiId}/${stage}/${request.method}/@connections/${connectionId}`;
    try {
      await this.#context.authorize(toWireRequest(request), {
        action: "execute-api:ManageConnections",
        resource: executeApiArn(this.#context.region, resource),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#context.report(`${request.method} ${request.path} was refused: ${error.message}`);
      return failure(403, "ForbiddenException", error.message);
    }
    return this.#answer(apiId, stage, connectionId, request);
  }

  async #answer(apiId: string, stage: string, connectionId: string, request: GatewayRequest): Promise<GatewayAnswer> {
    const gone = () => failure(410, "GoneException", "The connection with the provided id no longer exists.");
    if (request.method === "POST" && request.body.length > this.#limits.messageBytes)
      return failure(413, "PayloadTooLargeException", `The message exceeds ${this.#limits.messageBytes} bytes.`);
    const connection = this.#apis.connection(apiId, stage, connectionId);
    if (connection === undefined) return gone();
    switch (request.method) {
      case "POST":
        try {
          await connection.send(request.body);
        } catch {
          return gone();
        }
        return { statusCode: 200, headers: {}, body: "" };
      case "DELETE":
        connection.end(1000, "Connection Closed Normally");
        return { statusCode: 204, headers: {}, body: "" };
      default:
        return {
          statusCode: 200,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            connectedAt: new Date(connection.info.connectedAt).toISOString(),
            identity: connection.info.identity,
            lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
          }),
        };
    }
  }
}
