import { AwsError } from "../../contract.ts";
import type { FunctionError } from "../worker/protocol.ts";

/** Lambda's limits in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const SYNCHRONOUS_LIMIT = 6_291_456;
export const ASYNCHRONOUS_LIMIT = 1_048_576;
const RESPONSE_LIMIT = 6_291_556;

/** The JSON of a payload. Throws `RequestTooLargeException` beyond `limitBytes`. */
export const encodePayload = (payload: unknown, limitBytes: number): string => {
  const json = JSON.stringify(payload) ?? "null";
  assertPayloadSize(json, limitBytes);
  return json;
};

export const assertPayloadSize = (json: string, limitBytes: number): void => {
  // UTF-8 takes at most three bytes for each of JavaScript's code units: most payloads need no count.
  if (json.length * 3 <= limitBytes || Buffer.byteLength(json) <= limitBytes) return;
  throw new AwsError(
    "RequestTooLargeException",
    `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
    413,
  );
};

/** What a handler answered, or Lambda's error for an answer that is too large. */
export const parseAnswer = (json: string): { ok: true; payload: unknown } | { ok: false; error: FunctionError } => {
  if (json.length * 3 > RESPONSE_LIMIT && Buffer.byteLength(json) > RESPONSE_LIMIT) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
    return { ok: false, error: { errorType: "Function.ResponseSizeTooLarge", errorMessage } };
  }
  return { ok: true, payload: JSON.parse(json) as unknown };
};
