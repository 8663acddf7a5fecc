import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { composeEventRange, type EventRange, type PolicyEnforcer } from "../middleware/composition.ts";
import { decodeEventRange } from "../middleware/event-range-request.ts";
import { encodeLimitedAnswer } from "../middleware/limited-answer.ts";
import { policyRequest } from "../middleware/policy-request.ts";
import { telemetry } from "../middleware/telemetry.ts";

interface Dependencies {
  readonly ranges: Pick<EventRange, "page">;
  readonly policies: Pick<PolicyEnforcer, "enforce">;
}

/** `GET /api/events?from=&to=&after=` */
export const createHandler = ({ ranges, policies }: Dependencies) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("EventRangesReceived", "Count", 1);
    const parameters = decodeEventRange(event);
    const { from = "", to = "" } = parameters;
    const quota = await policies.enforce(policyRequest(event, "event-range", `${from}/${to}`));
    return encodeLimitedAnswer(event, await ranges.page(parameters), quota);
  });

export const handler = createHandler(composeEventRange());
