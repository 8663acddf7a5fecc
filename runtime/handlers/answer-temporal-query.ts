import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { composeTemporalQuery, type PolicyEnforcer, type TemporalQuery } from "../middleware/composition.ts";
import { policyRequest } from "../middleware/policy-request.ts";
import { telemetry } from "../middleware/telemetry.ts";
import { decodeTemporalQuery, encodeTemporalAnswer } from "../middleware/temporal-request.ts";

interface Dependencies {
  readonly queries: Pick<TemporalQuery, "stateAt">;
  readonly policies: Pick<PolicyEnforcer, "enforce">;
}

/** `GET /api/queries/temporal/{aggregateId}?asOf=`, `?asOfVersion=` or `?continuation=` */
export const createHandler = ({ queries, policies }: Dependencies) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("TemporalQueriesReceived", "Count", 1);
    const { aggregateId, parameters } = decodeTemporalQuery(event);
    const quota = await policies.enforce(policyRequest(event, "temporal-query", aggregateId));
    return encodeTemporalAnswer(event, await queries.stateAt(aggregateId, parameters), quota);
  });

export const handler = createHandler(composeTemporalQuery());
