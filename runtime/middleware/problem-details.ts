import type middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ERRORS, type ErrorCode, isNexusError, type NexusError, nexusError } from "../kernel/errors.ts";
import { isQuota, quotaHeaders } from "./quota-headers.ts";
import { correlationIdOf } from "./request-context.ts";
import { logger } from "./telemetry.ts";

/** The only place that knows HTTP status codes. A domain's own codes are rules of business: 422. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  NEXUS_COMMAND_INVALID: 400,
  NEXUS_REQUEST_INVALID: 400,
  NEXUS_POLICY_VIOLATION: 403,
  NEXUS_AGGREGATE_UNKNOWN: 404,
  NEXUS_COMMAND_UNKNOWN: 404,
  NEXUS_RESOURCE_UNKNOWN: 404,
  NEXUS_AGGREGATE_BUSY: 409,
  NEXUS_AGGREGATE_MISMATCH: 409,
  NEXUS_VERSION_CONFLICT: 409,
  NEXUS_CONTINUATION_EXPIRED: 410,
  NEXUS_REQUEST_TOO_LARGE: 413,
  NEXUS_COMMIT_TOO_LARGE: 413,
  NEXUS_IDEMPOTENCY_KEY_REUSED: 422,
  NEXUS_COMMAND_NOT_TRIED: 424,
  NEXUS_RATE_LIMITED: 429,
  NEXUS_EVENT_STORE_UNAVAILABLE: 503,
  NEXUS_SCHEMA_REGISTRY_UNAVAILABLE: 503,
  NEXUS_RATE_LIMITS_UNAVAILABLE: 503,
  NEXUS_CONTINUATIONS_UNAVAILABLE: 503,
  NEXUS_READ_MODEL_UNAVAILABLE: 503,
  NEXUS_READ_MODEL_BEHIND: 503,
};

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

export const statusOf = (error: NexusError): number => {
  const status = isKnown(error.code) ? STATUS[error.code] : undefined;
  return status ?? (error.family === "domain" ? 422 : 500);
};

/** `NEXUS_VERSION_CONFLICT` reads "Version conflict". */
const titleOf = (code: string): string => {
  const words = code
    .replace(/^NEXUS_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Facts of an error that help the caller to mend the request. */
const EXTENSIONS = ["errors", "known", "expectedVersion", "actualVersion", "limitBytes", "rule"];

/** RFC 9457. What went wrong inside stays in the log, under the correlation id. */
export const problemBody = (error: NexusError, correlationId: string): Readonly<Record<string, unknown>> => {
  const status = statusOf(error);
  const inside = status >= 500;
  const detail = inside ? ERRORS[isKnown(error.code) ? error.code : "NEXUS_INTERNAL"].meaning : error.message;
  const extensions = inside ? [] : Object.entries(error.context).filter(([name]) => EXTENSIONS.includes(name));
  return {
    type: `urn:nexus-blueprint:error:${error.code}`,
    title: titleOf(error.code),
    status,
    detail,
    code: error.code,
    correlationId,
    ...Object.fromEntries(extensions),
  };
};

export const problemOf = (error: NexusError, correlationId: string): APIGatewayProxyStructuredResultV2 => {
  const status = statusOf(error);
  return {
    statusCode: status,
    headers: {
      "content-type": "application/problem+json",
      "x-correlation-id": correlationId,
      ...(status === 503 ? { "retry-after": "1" } : {}),
      ...(isQuota(error.context["quota"]) ? quotaHeaders(error.context["quota"]) : {}),
    },
    body: JSON.stringify(problemBody(error, correlationId)),
  };
};

export const logRefusal = (error: NexusError, correlationId: string): void => {
  if (statusOf(error) >= 500) logger.error("request failed", { correlationId, error });
  else logger.info("request refused", { correlationId, code: error.code, reason: error.message });
};

/** Answers what a handler throws; log and metrics get it whole. */
export const problemDetails = (): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error
> => ({
  onError: (request) => {
    const { event, error } = request;
    const known = isNexusError(error) ? error : nexusError("NEXUS_INTERNAL", "unexpected failure", { cause: error });
    const correlationId = correlationIdOf(event);
    logRefusal(known, correlationId);
    request.response = problemOf(known, correlationId);
  },
});
