import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { QuotaUse } from "../application/policy-enforcer.ts";
import { ANSWER_LIMIT_BYTES, answerBytes } from "../kernel/answer-size.ts";
import { nexusError } from "../kernel/errors.ts";
import { quotaHeaders } from "./quota-headers.ts";
import { correlationIdOf } from "./request-context.ts";

/**
 * The answer to a question about the past. Not to be cached: what was true then stays true, but every answer counts
 * against the quota. Throws `NEXUS_ANSWER_TOO_LARGE`.
 */
export const encodeLimitedAnswer = (
  event: APIGatewayProxyEventV2,
  answer: object,
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
