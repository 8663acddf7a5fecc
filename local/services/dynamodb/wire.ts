import { crc32 } from "node:zlib";
import { AwsError, type WireResponse } from "../contract.ts";

const target = /^(?:DynamoDB|DynamoDBStreams)_20120810\.(\w+)$/;

/** The action of an `X-Amz-Target` header of DynamoDB or its streams. Throws `UnknownOperationException`. */
export const splitTarget = (header: string | undefined): string => {
  const action = target.exec(header ?? "")?.[1];
  if (action === undefined) throw new AwsError("UnknownOperationException", "An unknown operation was requested.");
  return action;
};

const namespaces: ReadonlyMap<string, string> = new Map([
  ["ValidationException", "com.amazon.coral.validate"],
  ["SerializationException", "com.amazon.coral.service"],
  ["UnknownOperationException", "com.amazon.coral.service"],
  ["AccessDeniedException", "com.amazon.coral.service"],
  ["MissingAuthenticationTokenException", "com.amazon.coral.service"],
  ["UnrecognizedClientException", "com.amazon.coral.service"],
]);

const encode = (statusCode: number, body: unknown, requestId: string): WireResponse => {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    statusCode,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "content-length": String(bytes.length),
      "x-amz-crc32": String(crc32(bytes)),
      "x-amzn-requestid": requestId,
    },
    body: bytes,
  };
};

/** An answer in AWS JSON 1.0. */
export const encodeAnswer = (answer: unknown, requestId: string): WireResponse => encode(200, answer, requestId);

/** An error in AWS JSON 1.0; what is no {@link AwsError} becomes an `InternalServerError` without detail. */
export const encodeError = (error: unknown, requestId: string): WireResponse => {
  const known =
    error instanceof AwsError ? error : new AwsError("InternalServerError", "The request processing failed", 500);
  const namespace = namespaces.get(known.code) ?? "com.amazonaws.dynamodb.v20120810";
  const body = { __type: `${namespace}#${known.code}`, message: known.message, ...known.members };
  return encode(known.statusCode, body, requestId);
};
