import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Operation, PolicyRequest } from "../kernel/request-rules.ts";
import { callerOf } from "./request-context.ts";

/** What a request is to the policies; `subject` is the command type or the aggregate asked about. */
export const policyRequest = (event: APIGatewayProxyEventV2, operation: Operation, subject: string): PolicyRequest => ({
  operation,
  subject,
  method: event.requestContext.http.method,
  actor: callerOf(event),
});
