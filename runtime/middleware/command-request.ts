import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Command, CommandReply } from "../application/command-handler.ts";
import { type EnvelopeField, envelopeError, envelopeViolations } from "../kernel/command-envelope.ts";
import { nexusError } from "../kernel/errors.ts";
import { actorOf, correlationIdOf, idHeader, traceparentOf } from "./request-context.ts";
import { annotateCorrelation } from "./telemetry.ts";

/** A commit holds 350 KB when compressed; JSON of this size is far beyond any that fits. */
export const BODY_LIMIT_BYTES = 1_048_576;

const FIELDS: readonly EnvelopeField[] = ["aggregateId", "payload", "expectedVersion"];

export const invalid = (detail: string) => nexusError("NEXUS_REQUEST_INVALID", detail);

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

/** Throws what is wrong with a command's envelope, which may have `further` fields: `NEXUS_REQUEST_INVALID`. */
export const assertEnvelope = (body: Record<string, unknown>, further: readonly EnvelopeField[] = []): void => {
  const fields = [...FIELDS, ...further];
  const unknown = Object.keys(body)
    .filter((field) => !fields.some((known) => known === field))
    .map((field) => ({ path: `/${field}`, keyword: "additionalProperties", message: "is not a known field" }));
  const errors = [...unknown, ...envelopeViolations(body, fields)];
  if (errors.length > 0) throw envelopeError(errors);
};

/**
 * The command of a `POST /api/commands/{commandType}`.
 * Throws `NEXUS_REQUEST_INVALID`, whose `errors` name every field of the envelope that is wrong, or `NEXUS_REQUEST_TOO_LARGE`.
 */
export const decodeCommand = (event: APIGatewayProxyEventV2): Command => {
  const commandId = idHeader(event, "Idempotency-Key");
  assertOrigin(event);
  const envelope = readBody(event, "{aggregateId, payload}");
  if (commandId === undefined)
    throw invalid(
      "header Idempotency-Key is missing: send a new unique id with each command, the same one with a retry",
    );
  assertEnvelope(envelope);
  return commandOf(event, event.pathParameters?.["commandType"] ?? "", commandId, envelope);
};

/** Throws `NEXUS_REQUEST_INVALID` where the headers that tell what led to a request cannot be kept. */
export const assertOrigin = (event: APIGatewayProxyEventV2): void => {
  idHeader(event, "X-Correlation-Id");
  idHeader(event, "X-Causation-Id");
};

/** The command of an envelope without violations, in a request whose origin is known to be right. */
export const commandOf = (
  event: APIGatewayProxyEventV2,
  type: string,
  commandId: string,
  envelope: Record<string, unknown>,
): Command => {
  const correlationId = correlationIdOf(event);
  const causationId = idHeader(event, "X-Causation-Id");
  const traceparent = traceparentOf(event);
  annotateCorrelation(correlationId, traceparent);
  return {
    type,
    aggregateId: envelope["aggregateId"] as string,
    payload: envelope["payload"],
    ...(envelope["expectedVersion"] === undefined ? {} : { expectedVersion: envelope["expectedVersion"] as number }),
    commandId,
    correlationId,
    ...(causationId === undefined ? {} : { causationId }),
    actor: actorOf(event),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

export const encodeReply = (reply: CommandReply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 202,
  headers: { "content-type": "application/json", "x-correlation-id": reply.correlationId },
  body: JSON.stringify(reply),
});
