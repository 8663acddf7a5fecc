import { randomUUID } from "node:crypto";
import type { Principal } from "../contract.ts";
import type { ConnectionInfo } from "./connection.ts";
import { commonLogTime, type GatewayRequest, header, queryValues } from "./http-request.ts";

/** The client as `requestContext.identity`; the caller's members only on a route with AWS_IAM. */
export const identityOf = (request: GatewayRequest, principal: Principal | undefined): Record<string, unknown> => ({
  sourceIp: request.sourceIp,
  userAgent: header(request, "user-agent") ?? "",
  ...(principal === undefined
    ? {}
    : {
        accessKey: principal.accessKeyId,
        accountId: principal.accountId,
        caller: principal.accessKeyId,
        user: principal.accessKeyId,
        userArn: principal.arn,
      }),
});

const requestContext = (
  info: ConnectionInfo,
  at: { readonly routeKey: string; readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT"; readonly time: number },
) => {
  const requestId = randomUUID();
  return {
    routeKey: at.routeKey,
    eventType: at.eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(at.time),
    messageDirection: "IN",
    stage: info.stage,
    connectedAt: info.connectedAt,
    requestTimeEpoch: at.time,
    identity: info.identity,
    requestId,
    domainName: info.host,
    connectionId: info.connectionId,
    apiId: info.apiId,
  };
};

const lastValues = (values: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? ""]));

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html */
export const connectEvent = (info: ConnectionInfo, request: GatewayRequest) => {
  const query = queryValues(request.query);
  return {
    headers: lastValues(request.headers),
    multiValueHeaders: request.headers,
    ...(request.query === ""
      ? {}
      : { queryStringParameters: lastValues(query), multiValueQueryStringParameters: query }),
    requestContext: requestContext(info, { routeKey: "$connect", eventType: "CONNECT", time: request.time }),
    isBase64Encoded: false,
  };
};

export const messageEvent = (info: ConnectionInfo, routeKey: string, data: Buffer, binary: boolean, time: number) => {
  const context = requestContext(info, { routeKey, eventType: "MESSAGE", time });
  return {
    requestContext: { ...context, messageId: randomUUID() },
    body: data.toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary,
  };
};

export const disconnectEvent = (info: ConnectionInfo, statusCode: number, reason: string, time: number) => ({
  headers: { Host: info.host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
  multiValueHeaders: { Host: [info.host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
  requestContext: {
    ...requestContext(info, { routeKey: "$disconnect", eventType: "DISCONNECT", time }),
    disconnectStatusCode: statusCode,
    disconnectReason: reason,
  },
  isBase64Encoded: false,
});
