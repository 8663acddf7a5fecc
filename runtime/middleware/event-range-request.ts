import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { QueryParameters } from "../application/query-parameters.ts";
import { actorOf, correlationIdOf, traceparentOf } from "./request-context.ts";
import { annotateCorrelation, logger } from "./telemetry.ts";

/** Of `GET /api/events`. Who reads the events of all aggregates is logged, whatever comes of it. */
export const decodeEventRange = (event: APIGatewayProxyEventV2): QueryParameters => {
  const parameters = event.queryStringParameters ?? {};
  annotateCorrelation(correlationIdOf(event), traceparentOf(event));
  logger.info("event range query", { route: event.routeKey, parameters, actor: actorOf(event) });
  return parameters;
};
