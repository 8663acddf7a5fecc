import type { CorsConfig } from "./config.ts";
import { type GatewayAnswer, type GatewayRequest, header } from "./http-request.ts";

const allowedOrigin = (cors: CorsConfig, origin: string): string | undefined => {
  for (const allowed of cors.allowOrigins ?? []) {
    if (allowed === "*") return cors.allowCredentials === true ? origin : "*";
    if (allowed === origin) return origin;
  }
  return undefined;
};

const common = (cors: CorsConfig, request: GatewayRequest): Record<string, string> => {
  const origin = header(request, "origin");
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    "access-control-allow-origin": allowed,
    ...(cors.allowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...(allowed === "*" ? {} : { vary: "origin" }),
  };
};

/** The answer to a preflight request, or undefined when it is none. */
export const preflight = (cors: CorsConfig | undefined, request: GatewayRequest): GatewayAnswer | undefined => {
  if (cors === undefined || request.method !== "OPTIONS") return undefined;
  if (header(request, "access-control-request-method") === undefined) return undefined;
  const headers = common(cors, request);
  if (Object.keys(headers).length === 0) return { statusCode: 204, headers: {}, body: "" };
  return {
    statusCode: 204,
    headers: {
      ...headers,
      "access-control-allow-methods": (cors.allowMethods ?? []).join(","),
      "access-control-allow-headers": (cors.allowHeaders ?? []).join(","),
      ...(cors.maxAge === undefined ? {} : { "access-control-max-age": String(cors.maxAge) }),
    },
    body: "",
  };
};

/** With CORS configured the gateway's headers win over those of the function. */
export const withCors = (
  cors: CorsConfig | undefined,
  request: GatewayRequest,
  answer: GatewayAnswer,
): GatewayAnswer => {
  if (cors === undefined) return answer;
  const own = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !name.startsWith("access-control-")),
  );
  const exposed = cors.exposeHeaders ?? [];
  return {
    ...answer,
    headers: {
      ...own,
      ...common(cors, request),
      ...(exposed.length === 0 ? {} : { "access-control-expose-headers": exposed.join(",") }),
    },
  };
};
