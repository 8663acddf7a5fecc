import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { QuotaUse } from "../application/policy-enforcer.ts";
import type { TemporalAnswer } from "../application/temporal-query.ts";
import { quotaHeaders } from "./quota-headers.ts";
import { actorOf, correlationIdOf, traceparentOf } from "./request-context.ts";
import { annotateCorrelation, logger } from "./telemetry.ts";

export interface TemporalRequest {
  readonly aggregateId: string;
  readonly asOf: string | undefined;
}

/** Of `GET /api/queries/temporal/{aggregateId}?asOf=`. Who looks into the past is logged, whatever comes of it. */
export const decodeTemporalQuery = (event: APIGatewayProxyEventV2): TemporalRequest => {
  const aggregateId = event.pathParameters?.["aggregateId"] ?? "";
  const asOf = event.queryStringParameters?.["asOf"];
  annotateCorrelation(correlationIdOf(event), traceparentOf(event));
  logger.info("temporal query", { aggregateId, asOf, actor: actorOf(event) });
  return { aggregateId, asOf };
};

/** Not to be cached: what was true then stays true, but every answer counts against the quota. */
export const encodeTemporalAnswer = (
  event: APIGatewayProxyEventV2,
  answer: TemporalAnswer,
  quota: QuotaUse | undefined,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 200,
  headers: {
    "content-type": "application/json",
    "cache-control": "private, no-store",
    "x-correlation-id": correlationIdOf(event),
    ...(quota === undefined ? {} : quotaHeaders(quota)),
  },
  body: JSON.stringify(answer),
});
