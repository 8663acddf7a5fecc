import { AwsError, type WireResponse } from "../services/contract.ts";
import { encodeAnswer as encodeDynamoDbAnswer, encodeError as encodeDynamoDbError } from "../services/dynamodb/wire.ts";
import type { Call, FrontService, Protocol } from "./call.ts";

export const PROTOCOLS: Readonly<Record<FrontService, Protocol>> = {
  dynamodb: "json-1.0",
  kinesis: "json-1.1",
  glue: "json-1.1",
  sqs: "json-1.0",
  sns: "query",
  sts: "query",
  s3: "rest-xml",
  lambda: "rest-json",
};

/** The prefix of `__type`. */
const NAMESPACES: Readonly<Record<string, string>> = {
  kinesis: "com.amazonaws.kinesis.v20131202",
  glue: "com.amazonaws.glue",
  sqs: "com.amazonaws.sqs",
};

/** What the front's own errors are called where it is not their general name. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidClientTokenId: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  RequestExpired: "InvalidSignatureException",
  AccessDenied: "AccessDeniedException",
};
const S3_NAMES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: "AccessDenied",
  IncompleteSignature: "AuthorizationHeaderMalformed",
  InvalidClientTokenId: "InvalidAccessKeyId",
  RequestExpired: "RequestTimeTooSkewed",
};
const SNS_NAMES: Readonly<Record<string, string>> = { AccessDenied: "AuthorizationError" };

const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

const response = (statusCode: number, contentType: string, body: string, headers = {}): WireResponse => ({
  statusCode,
  headers: { "content-type": contentType, ...headers },
  body: Buffer.from(body),
});

/** The error as the service's own protocol writes it, so that an SDK client throws it by its name. */
export const encodeError = (
  error: AwsError,
  protocol: Protocol,
  service: string | undefined,
  requestId: string,
): WireResponse => {
  const { code, message, members } = error;
  switch (protocol) {
    case "json-1.0":
    case "json-1.1": {
      const frontName = JSON_NAMES[code];
      const named = frontName === undefined ? error : new AwsError(frontName, message, 400);
      if (service === "dynamodb") return encodeDynamoDbError(named, requestId);
      const namespace = frontName === undefined ? NAMESPACES[service ?? ""] : undefined;
      const type = `${namespace ?? "com.amazon.coral.service"}#${named.code}`;
      const body = JSON.stringify({ __type: type, message, ...members });
      return response(named.statusCode, `application/x-amz-${protocol}`, body);
    }
    case "rest-json": {
      const name = JSON_NAMES[code] ?? code;
      const body = JSON.stringify({ Type: error.statusCode < 500 ? "User" : "Server", Message: message, message });
      return response(error.statusCode, "application/json", body, { "x-amzn-errortype": name });
    }
    case "rest-xml": {
      const body = `<Error><Code>${S3_NAMES[code] ?? code}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
      return response(error.statusCode, "application/xml", `<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
    }
    case "query": {
      const name = (service === "sns" ? SNS_NAMES[code] : undefined) ?? code;
      const type = error.statusCode < 500 ? "Sender" : "Receiver";
      const body = `<ErrorResponse><Error><Type>${type}</Type><Code>${name}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
      return response(error.statusCode, "text/xml", body);
    }
  }
};

/** An answer of a service that speaks JSON. */
export const encodeJson = (output: unknown, { service, protocol }: Call, requestId: string): WireResponse =>
  service === "dynamodb"
    ? encodeDynamoDbAnswer(output, requestId)
    : response(200, `application/x-amz-${protocol}`, JSON.stringify(output));
