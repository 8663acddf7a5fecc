import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isId } from "../kernel/command-envelope.ts";
import { nexusError } from "../kernel/errors.ts";
import { isTraceparent, traceparentOfXRay } from "../kernel/trace-context.ts";

/** API Gateway gives header names in lower case. */
export const header = (event: APIGatewayProxyEventV2, name: string): string | undefined => event.headers?.[name];

/** The caller's `X-Correlation-Id`, else the id of the request. */
export const correlationIdOf = (event: APIGatewayProxyEventV2): string => {
  const given = header(event, "x-correlation-id");
  return isId(given) ? given : event.requestContext.requestId;
};

/** A header that holds an id. Throws `NEXUS_REQUEST_INVALID`. */
export const idHeader = (event: APIGatewayProxyEventV2, name: string): string | undefined => {
  const value = header(event, name.toLowerCase());
  if (value === undefined || isId(value)) return value;
  throw nexusError("NEXUS_REQUEST_INVALID", `header ${name} must be 1 to 128 characters of visible ASCII`);
};

/** The request's W3C trace context; that of Lambda's own trace where the caller sent none that can be read. */
export const traceparentOf = (
  event: APIGatewayProxyEventV2,
  xRay = process.env["_X_AMZN_TRACE_ID"],
): string | undefined => {
  const given = header(event, "traceparent");
  if (given !== undefined && isTraceparent(given)) return given;
  return xRay === undefined ? undefined : traceparentOfXRay(xRay);
};

/** The ARN that IAM authorized; `undefined` where no route asked for it. */
export const callerOf = (event: APIGatewayProxyEventV2): string | undefined => {
  const { authorizer } = event.requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return authorizer?.iam?.userArn;
};

export const actorOf = (event: APIGatewayProxyEventV2): string => callerOf(event) ?? "anonymous";
