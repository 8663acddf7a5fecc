import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import {
  composeTemporalQueries,
  type PolicyEnforcer,
  type TemporalDiff,
  type TemporalQuery,
} from "../middleware/composition.ts";
import { encodeLimitedAnswer } from "../middleware/limited-answer.ts";
import { policyRequest } from "../middleware/policy-request.ts";
import { telemetry } from "../middleware/telemetry.ts";
import { decodeTemporalQuery } from "../middleware/temporal-request.ts";

interface Dependencies {
  readonly queries: Pick<TemporalQuery, "stateAt">;
  readonly diffs: Pick<TemporalDiff, "between">;
  readonly policies: Pick<PolicyEnforcer, "enforce">;
}

/** `GET /api/queries/temporal/{aggregateId}` and `.../diff` */
export const createHandler = ({ queries, diffs, policies }: Dependencies) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("TemporalQueriesReceived", "Count", 1);
    const { kind, aggregateId, parameters } = decodeTemporalQuery(event);
    const quota = await policies.enforce(policyRequest(event, "temporal-query", aggregateId));
    const answer = kind === "diff" ? diffs.between(aggregateId, parameters) : queries.stateAt(aggregateId, parameters);
    return encodeLimitedAnswer(event, await answer, quota);
  });

export const handler = createHandler(composeTemporalQueries());
