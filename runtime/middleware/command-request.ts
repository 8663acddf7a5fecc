import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Command, CommandReply } from "../application/command-handler.ts";
import type { SchemaViolation } from "../kernel/contract.ts";
import { nexusError } from "../kernel/errors.ts";
import { actorOf, correlationIdOf, idHeader, traceparentOf } from "./request-context.ts";
import { annotateCorrelation } from "./telemetry.ts";

/** A commit holds 350 KB when compressed; JSON of this size is far beyond any that fits. */
export const BODY_LIMIT_BYTES = 1_048_576;

/** An event's id is `<aggregateId>/<version>`, a key of the snapshots holds `#`: neither character is for ids. */
const AGGREGATE_ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;

const FIELDS = ["aggregateId", "payload", "expectedVersion"];

export const invalid = (detail: string, errors?: readonly SchemaViolation[]) =>
  nexusError("NEXUS_REQUEST_INVALID", detail, errors === undefined ? {} : { context: { errors } });

/** The JSON object that a request carries; `expected` tells what to send where there is none. */
export const readBody = (event: APIGatewayProxyEventV2, expected: string): Record<string, unknown> => {
  const body = parseBody(event, expected);
  if (body === null || typeof body !== "object" || Array.isArray(body)) throw invalid("the body is not a JSON object");
  return body as Record<string, unknown>;
};

const parseBody = (event: APIGatewayProxyEventV2, expected: string): unknown => {
  const { body, isBase64Encoded } = event;
  if (body === undefined || body === "") throw invalid(`the body is missing: send ${expected} as JSON`);
  const bytes = Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8");
  if (bytes > BODY_LIMIT_BYTES)
    throw nexusError("NEXUS_REQUEST_TOO_LARGE", `the body has ${bytes} bytes of at most ${BODY_LIMIT_BYTES}`, {
      context: { limitBytes: BODY_LIMIT_BYTES },
    });
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body);
  } catch (cause) {
    throw invalid(`the body is not JSON: ${cause instanceof Error ? cause.message : "it cannot be read"}`);
  }
};

/** What is wrong with a command's envelope, which may have `further` fields. */
export const violations = (body: Record<string, unknown>, further: readonly string[] = []): SchemaViolation[] => {
  const errors = Object.keys(body)
    .filter((field) => !FIELDS.includes(field) && !further.includes(field))
    .map((field) => ({ path: `/${field}`, keyword: "additionalProperties", message: "is not a known field" }));
  const { aggregateId, payload, expectedVersion } = body;
  if (typeof aggregateId !== "string" || !AGGREGATE_ID.test(aggregateId))
    errors.push({
      path: "/aggregateId",
      keyword: aggregateId === undefined ? "required" : "pattern",
      message: "must be 1 to 128 letters, digits or . _ : @ -, the first a letter or digit",
    });
  if (payload === null || typeof payload !== "object" || Array.isArray(payload))
    errors.push({
      path: "/payload",
      keyword: payload === undefined ? "required" : "type",
      message: "must be an object",
    });
  if (expectedVersion !== undefined && !(Number.isSafeInteger(expectedVersion) && Number(expectedVersion) >= 0))
    errors.push({ path: "/expectedVersion", keyword: "type", message: "must be a whole number of at least 0" });
  return errors;
};

/**
 * The command of a `POST /api/commands/{commandType}`.
 * Throws `NEXUS_REQUEST_INVALID`, whose `errors` name every field of the envelope that is wrong, or `NEXUS_REQUEST_TOO_LARGE`.
 */
export const decodeCommand = (event: APIGatewayProxyEventV2): Command => {
  const commandId = idHeader(event, "Idempotency-Key");
  idHeader(event, "X-Correlation-Id");
  const envelope = readBody(event, "{aggregateId, payload}");
  if (commandId === undefined)
    throw invalid(
      "header Idempotency-Key is missing: send a new unique id with each command, the same one with a retry",
    );
  const errors = violations(envelope);
  if (errors.length > 0) throw invalid(`${errors[0]?.path} ${errors[0]?.message}`, errors);
  return commandOf(event, event.pathParameters?.["commandType"] ?? "", commandId, envelope);
};

/** The command of an envelope without violations. */
export const commandOf = (
  event: APIGatewayProxyEventV2,
  type: string,
  commandId: string,
  envelope: Record<string, unknown>,
): Command => {
  const correlationId = correlationIdOf(event);
  const traceparent = traceparentOf(event);
  annotateCorrelation(correlationId, traceparent);
  return {
    type,
    aggregateId: envelope["aggregateId"] as string,
    payload: envelope["payload"],
    ...(envelope["expectedVersion"] === undefined ? {} : { expectedVersion: envelope["expectedVersion"] as number }),
    commandId,
    correlationId,
    actor: actorOf(event),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

export const encodeReply = (reply: CommandReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 202,
  headers: { "content-type": "application/json", "x-correlation-id": reply.correlationId },
  body: JSON.stringify(reply),
});
