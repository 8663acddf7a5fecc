import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { QueryParameters } from "../application/query-parameters.ts";
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
