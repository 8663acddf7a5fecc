import type { AddressInfo } from "node:net";
import fastify, { type FastifyError, type FastifyReply } from "fastify";
import type { ApiConfig, IntegrationConfig, RouteConfig, StageConfig } from "./config.ts";
import { ConfigStore } from "./config-store.ts";
import { WEBSOCKET_LIMITS, type WebSocketLimits } from "./connection.ts";
import { HttpApis } from "./http-apis.ts";
import { type GatewayAnswer, type GatewayRequest, messageAnswer, toGatewayRequest } from "./http-request.ts";
import type { GatewayContext } from "./integration.ts";
import { ManagementApi } from "./management-api.ts";
import { WebSocketApis } from "./websocket-apis.ts";

export type { ApiConfig, CorsConfig, IntegrationConfig, RouteConfig, StageConfig, ThrottlingConfig } from "./config.ts";

/** The largest request of an HTTP API: 10 MB. */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

export interface ApiGatewayOptions
  extends Pick<GatewayContext, "lambda" | "authorize" | "allowInvoke">,
    Partial<Pick<GatewayContext, "report">> {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** @default "eu-west-1" */
  readonly region?: string;
  /** Where the APIs are kept; in memory when left out. */
  readonly file?: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
  /** For tests. @default AWS's quotas */
  readonly webSocketLimits?: Partial<WebSocketLimits>;
}

/** HTTP and WebSocket APIs on one port. The put calls replace what has the same id; each is durable when it returns. */
export interface ApiGateway
  extends Pick<
    ConfigStore,
    | "putApi"
    | "putIntegration"
    | "putRoute"
    | "putStage"
    | "deleteApi"
    | "deleteIntegration"
    | "deleteRoute"
    | "deleteStage"
  > {
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /**
   * Where a stage answers, without a trailing slash. The oldest HTTP API has the root, others `/_api/<apiId>`; a stage
   * that is not `$default` adds its name, as on AWS. WebSocket: `ws://127.0.0.1:<port>/_ws/<apiId>/<stage>`.
   */
  invokeUrl(apiId: string, stage: string): string;
  /** Ends every request and connection at once. */
  close(): Promise<void>;
}

const send = (reply: FastifyReply, answer: GatewayAnswer): FastifyReply => {
  const cookies = answer.cookies ?? [];
  return (
    reply
      .code(answer.statusCode)
      .headers({ ...answer.headers, ...(cookies.length === 0 ? {} : { "set-cookie": [...cookies] }) })
      // Bytes, because fastify adds a charset to the type of text that is JSON.
      .send(Buffer.from(answer.body))
  );
};

/** Opens the gateway. Throws an Error that names the port when it is taken. */
export const openApiGateway = async (options: ApiGatewayOptions): Promise<ApiGateway> => {
  const host = options.host ?? "127.0.0.1";
  const limits = { ...WEBSOCKET_LIMITS, ...options.webSocketLimits };
  const context: GatewayContext = {
    region: options.region ?? "eu-west-1",
    lambda: options.lambda,
    authorize: options.authorize,
    ...(options.allowInvoke === undefined ? {} : { allowInvoke: options.allowInvoke }),
    report: options.report ?? (() => {}),
    now: options.clock ?? Date.now,
  };
  const store = new ConfigStore(options.file);
  const httpApis = new HttpApis(store, context);
  const webSocketApis = new WebSocketApis(store, context, limits);
  const managementApi = new ManagementApi(store, context, webSocketApis, limits);

  const route = (request: GatewayRequest): GatewayAnswer | Promise<GatewayAnswer> => {
    if (request.path === "/_nexus/health")
      return { statusCode: 200, headers: { "content-type": "application/json" }, body: '{"status":"ok"}' };
    return request.path.startsWith("/_ws/") ? managementApi.handle(request) : httpApis.handle(request);
  };

  const server = fastify({
    bodyLimit: MAX_PAYLOAD_BYTES,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Routes are the APIs' own; a path that cannot be decoded is still one of theirs.
    rewriteUrl: () => "/",
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error.statusCode === 413) return send(reply, messageAnswer(413, "Request Entity Too Large"));
    context.report(`the gateway failed: ${error.stack ?? error.message}`);
    return send(reply, messageAnswer(500, "Internal Server Error"));
  });
  server.all("/", async (request, reply) => {
    const raw = Object.assign(request.raw, { url: request.originalUrl });
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    return send(reply, await route(toGatewayRequest(raw, body, context.now())));
  });
  server.server.on("upgrade", (raw, socket, head) => {
    webSocketApis.upgrade(raw, socket, head).catch((error: unknown) => {
      context.report(`the gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
      socket.destroy();
    });
  });

  try {
    await server.listen({ port: options.port, host });
  } catch (error) {
    store.close();
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${options.port} on ${host} is in use by another program. Stop it, or choose another port (0 takes a free one).`,
      { cause: error },
    );
  }
  const { port } = server.server.address() as AddressInfo;

  return {
    port,
    url: `http://${host}:${port}`,
    putApi: (config: ApiConfig) => store.putApi(config),
    putIntegration: (config: IntegrationConfig) => store.putIntegration(config),
    putRoute: (config: RouteConfig) => store.putRoute(config),
    putStage: (config: StageConfig) => store.putStage(config),
    deleteApi: (apiId) => {
      store.deleteApi(apiId);
      webSocketApis.end(apiId);
    },
    deleteIntegration: (apiId, id) => store.deleteIntegration(apiId, id),
    deleteRoute: (apiId, id) => store.deleteRoute(apiId, id),
    deleteStage: (apiId, name) => {
      store.deleteStage(apiId, name);
      webSocketApis.end(apiId, name);
    },
    invokeUrl: (apiId, stage) =>
      store.find(apiId)?.config.protocolType === "WEBSOCKET"
        ? `ws://${host}:${port}/_ws/${apiId}/${stage}`
        : `http://${host}:${port}${httpApis.basePath(apiId, stage)}`,
    close: async () => {
      webSocketApis.close();
      await server.close();
      store.close();
    },
  };
};
