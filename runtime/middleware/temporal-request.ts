import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { QuotaUse } from "../application/policy-enforcer.ts";
import type { QueryParameters } from "../application/query-parameters.ts";
import type { TemporalDifference } from "../application/temporal-diff.ts";
import type { TemporalAnswer } from "../application/temporal-query.ts";
import { ANSWER_LIMIT_BYTES, answerBytes } from "../kernel/answer-size.ts";
import { nexusError } from "../kernel/errors.ts";
import { quotaHeaders } from "./quota-headers.ts";
import { actorOf, correlationIdOf, traceparentOf } from "./request-context.ts";
import { annotateCorrelation, logger } from "./telemetry.ts";

export interface TemporalRequest {
  readonly kind: "state" | "diff";
  readonly aggregateId: string;
  readonly parameters: QueryParameters;
}

/** Of `GET /api/queries/temporal/{aggregateId}` and `.../diff`. Who looks into the past is logged, whatever comes of it. */
export const decodeTemporalQuery = (event: APIGatewayProxyEventV2): TemporalRequest => {
  const aggregateId = event.pathParameters?.["aggregateId"] ?? "";
  const parameters = event.queryStringParameters ?? {};
  annotateCorrelation(correlationIdOf(event), traceparentOf(event));
  logger.info("temporal query", { route: event.routeKey, aggregateId, parameters, actor: actorOf(event) });
  return { kind: event.routeKey.endsWith("/diff") ? "diff" : "state", aggregateId, parameters };
};

/**
 * Not to be cached: what was true then stays true, but every answer counts against the quota.
 * Throws `NEXUS_ANSWER_TOO_LARGE`.
 */
export const encodeTemporalAnswer = (
  event: APIGatewayProxyEventV2,
  answer: TemporalAnswer | TemporalDifference,
  quota: QuotaUse | undefined,
): APIGatewayProxyStructuredResultV2 => {
  const body = JSON.stringify(answer);
  const bytes = answerBytes(body);
  if (bytes > ANSWER_LIMIT_BYTES)
    throw nexusError("NEXUS_ANSWER_TOO_LARGE", `the answer takes ${bytes} of ${ANSWER_LIMIT_BYTES} bytes`, {
      context: { limitBytes: ANSWER_LIMIT_BYTES },
    });
  return {
    statusCode: 200,
    headers: {
      "content-type": "application/json",
      "cache-control": "private, no-store",
      "x-correlation-id": correlationIdOf(event),
      ...(quota === undefined ? {} : quotaHeaders(quota)),
    },
    body,
  };
};
