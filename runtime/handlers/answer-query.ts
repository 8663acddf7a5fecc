import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { composeQueryService, type QueryService } from "../middleware/composition.ts";
import { decodeQuery, encodeAnswer } from "../middleware/query-request.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** `GET /api/queries/{resourceType}` and `GET /api/queries/{resourceType}/search` */
export const createHandler = (queries: Pick<QueryService, "query" | "search">) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("QueriesReceived", "Count", 1);
    const { kind, resourceType, parameters, minimum } = decodeQuery(event);
    return encodeAnswer(event, await queries[kind](resourceType, parameters, minimum));
  });

export const handler = createHandler(await composeQueryService());
