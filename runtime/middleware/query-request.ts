import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { QueryParameters } from "../application/query-parameters.ts";
import type { MinimumVersion, QueryAnswer } from "../application/query-service.ts";
import { nexusError } from "../kernel/errors.ts";
import { correlationIdOf, header, traceparentOf } from "./request-context.ts";
import { annotateCorrelation } from "./telemetry.ts";

export interface QueryRequest {
  readonly kind: "query" | "search";
  readonly resourceType: string;
  readonly parameters: QueryParameters;
  readonly minimum?: MinimumVersion;
}

const minimumOf = (event: APIGatewayProxyEventV2): MinimumVersion | undefined => {
  const text = header(event, "x-min-version");
  if (text === undefined) return undefined;
  const [, aggregateId, version] = /^(.+):(\d{1,15})$/.exec(text) ?? [];
  if (aggregateId === undefined || version === undefined)
    throw nexusError("NEXUS_REQUEST_INVALID", "header X-Min-Version must be <aggregateId>:<version>");
  return { aggregateId, version: Number(version) };
};

/** Of `GET /api/queries/{resourceType}` and `.../search`. Throws `NEXUS_REQUEST_INVALID`. */
export const decodeQuery = (event: APIGatewayProxyEventV2): QueryRequest => {
  const minimum = minimumOf(event);
  annotateCorrelation(correlationIdOf(event), traceparentOf(event));
  return {
    kind: event.routeKey.endsWith("/search") ? "search" : "query",
    resourceType: event.pathParameters?.["resourceType"] ?? "",
    parameters: event.queryStringParameters ?? {},
    ...(minimum === undefined ? {} : { minimum }),
  };
};

/** With an ETag, and `304` where the caller has that answer already. */
export const encodeAnswer = (event: APIGatewayProxyEventV2, answer: QueryAnswer): APIGatewayProxyStructuredResultV2 => {
  const body = JSON.stringify(answer);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const headers = { etag, "cache-control": "private, max-age=1", "x-correlation-id": correlationIdOf(event) };
  const known = header(event, "if-none-match")
    ?.split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.includes(etag)) return { statusCode: 304, headers };
  return { statusCode: 200, headers: { ...headers, "content-type": "application/json" }, body };
};
