import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { BatchEntry, BatchOutcome } from "../application/command-batch.ts";
import type { Command } from "../application/command-handler.ts";
import { isNexusError } from "../kernel/errors.ts";
import { assertEnvelope, assertOrigin, commandOf, invalid, readBody } from "./command-request.ts";
import { logRefusal, problemBody } from "./problem-details.ts";
import { correlationIdOf } from "./request-context.ts";

const LIMIT_COMMANDS = 100;

const EXPECTED = "{commands: [{type, commandId, aggregateId, payload}]}";

/** Whether a request is for a batch: only the route of a single command has its type in the path. */
export const isBatch = (event: APIGatewayProxyEventV2): boolean => event.pathParameters?.["commandType"] === undefined;

/**
 * The commands of a `POST /api/commands`; an entry that is none is the error that says why.
 * Throws `NEXUS_REQUEST_INVALID` or `NEXUS_REQUEST_TOO_LARGE` when the batch itself cannot be read.
 */
export const decodeBatch = (event: APIGatewayProxyEventV2): readonly BatchEntry[] => {
  assertOrigin(event);
  const { commands, ...others } = readBody(event, EXPECTED);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`/${unknown} is not a known field: send ${EXPECTED}`);
  if (!Array.isArray(commands) || commands.length === 0 || commands.length > LIMIT_COMMANDS)
    throw invalid(`/commands must be a list of 1 to ${LIMIT_COMMANDS} commands`);
  return commands.map((entry: unknown) => {
    try {
      return decodeEntry(event, entry);
    } catch (error) {
      if (isNexusError(error)) return error;
      throw error;
    }
  });
};

const decodeEntry = (event: APIGatewayProxyEventV2, entry: unknown): Command => {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry))
    throw invalid("the command is not a JSON object");
  const envelope = entry as Record<string, unknown>;
  assertEnvelope(envelope, ["type", "commandId"]);
  return commandOf(event, String(envelope["type"]), String(envelope["commandId"]), envelope);
};

/** 207: each result has the status that the command alone would have been answered with, and its body. */
export const encodeBatch = (
  event: APIGatewayProxyEventV2,
  outcomes: readonly BatchOutcome[],
): APIGatewayProxyStructuredResultV2 => {
  const correlationId = correlationIdOf(event);
  const results = outcomes.map((outcome) => {
    if (!isNexusError(outcome)) return { status: 202, ...outcome };
    logRefusal(outcome, correlationId);
    return problemBody(outcome, correlationId);
  });
  return {
    statusCode: 207,
    headers: { "content-type": "application/json", "x-correlation-id": correlationId },
    body: JSON.stringify({ results }),
  };
};
