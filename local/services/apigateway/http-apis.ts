import type { StageConfig } from "./config.ts";
import type { Api, ConfigStore } from "./config-store.ts";
import { preflight, withCors } from "./cors.ts";
import { httpAnswer } from "./http-answer.ts";
import { httpEvent } from "./http-event.ts";
import { type GatewayAnswer, type GatewayRequest, messageAnswer } from "./http-request.ts";
import { matchRoute } from "./http-route.ts";
import { authorizeRoute, executeApiArn, type GatewayContext, invokeIntegration } from "./integration.ts";
import { Throttle } from "./throttle.ts";

/** Where HTTP APIs other than the first one are served, and the first one as well: `/_api/<apiId>`. */
const PREFIX = /^\/_api\/([^/]+)(?=\/|$)/;

interface Destination {
  readonly api: Api;
  readonly stage: StageConfig;
  /** Path inside the API as the function sees it, the segment of a named stage included. */
  readonly path: string;
  /** Path that routes are matched against. */
  readonly routePath: string;
}

/** HTTP APIs with Lambda proxy integrations. The oldest one answers at the root of the server. */
export class HttpApis {
  readonly #store: ConfigStore;
  readonly #context: GatewayContext;
  readonly #throttle: Throttle;

  constructor(store: ConfigStore, context: GatewayContext) {
    this.#store = store;
    this.#context = context;
    this.#throttle = new Throttle(context.now);
  }

  /** Path of a stage below the server's origin, without a trailing slash; empty for the root. */
  basePath(apiId: string, stage: string): string {
    const base = this.#root()?.config.apiId === apiId ? "" : `/_api/${apiId}`;
    return stage === "$default" ? base : `${base}/${stage}`;
  }

  async handle(request: GatewayRequest): Promise<GatewayAnswer> {
    const destination = this.#locate(request.path);
    if (destination === undefined) return messageAnswer(404, "Not Found");
    const { cors } = destination.api.config;
    const answer = preflight(cors, request) ?? withCors(cors, request, await this.#serve(destination, request));
    return { ...answer, headers: { ...answer.headers, "apigw-requestid": request.id } };
  }

  async #serve(destination: Destination, request: GatewayRequest): Promise<GatewayAnswer> {
    const { api, stage, path, routePath } = destination;
    const { apiId } = api.config;
    if (!this.#throttle.take(stage)) return messageAnswer(429, "Too Many Requests");
    const match = matchRoute(api.routes.values(), request.method, routePath);
    if (match === undefined) return messageAnswer(404, "Not Found");

    const resource = `${apiId}/${stage.name}/${request.method}${routePath}`;
    const caller = await authorizeRoute(this.#context, match.route, request, resource);
    if (!caller.allowed) {
      this.#context.report(`${request.method} ${request.path} was refused: ${caller.error.message}`);
      // AWS says no more than Forbidden; why is told in headers, for the laptop's sake.
      return messageAnswer(403, "Forbidden", {
        "x-amzn-errortype": caller.error.code,
        "x-nexus-reason": caller.error.message.replace(/[^\x20-\x7e]+/g, " "),
      });
    }

    const pattern = match.route.routeKey === "$default" ? "/$default" : `/${request.method}${routeOf(match.route)}`;
    const result = await invokeIntegration(this.#context, api, match.route, {
      event: httpEvent({ apiId, stage: stage.name, path, match, request, principal: caller.principal }),
      sourceArn: executeApiArn(this.#context.region, `${apiId}/${stage.name}${pattern}`),
      trace: request.trace,
    });
    if (!result.ok)
      return result.reason === "timeout"
        ? messageAnswer(503, "Service Unavailable")
        : messageAnswer(500, "Internal Server Error");
    try {
      return httpAnswer(result.payload);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#context.report(`route ${match.route.routeKey}: the function's answer is malformed: ${error.message}`);
      return messageAnswer(500, "Internal Server Error");
    }
  }

  #root(): Api | undefined {
    return this.#store.list().find((api) => api.config.protocolType === "HTTP");
  }

  #locate(path: string): Destination | undefined {
    const [prefix = "", id] = PREFIX.exec(path) ?? [];
    const api = id === undefined ? this.#root() : this.#store.find(id);
    if (api === undefined || api.config.protocolType !== "HTTP") return undefined;
    const inner = path.slice(prefix.length) || "/";
    const first = inner.split("/")[1] ?? "";
    const named = first === "$default" ? undefined : api.stages.get(first);
    if (named !== undefined) return { api, stage: named, path: inner, routePath: inner.slice(first.length + 1) || "/" };
    const stage = api.stages.get("$default");
    return stage === undefined ? undefined : { api, stage, path: inner, routePath: inner };
  }
}

const routeOf = (route: { readonly routeKey: string }): string => route.routeKey.split(" ")[1] ?? "";
