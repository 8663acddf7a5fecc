import type { AwsError, WireResponse } from "../services/contract.ts";
import type { FrontService, Protocol } from "./call.ts";

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
const NAMESPACES: Readonly<Partial<Record<FrontService, string>>> = {
  dynamodb: "com.amazonaws.dynamodb.v20120810",
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

const jsonStatus = ({ code, statusCode }: AwsError): number => (code in JSON_NAMES ? 400 : statusCode);

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
      const namespace = service === undefined ? undefined : NAMESPACES[service as FrontService];
      const frontName = JSON_NAMES[code];
      const type =
        frontName !== undefined ? `com.amazon.coral.service#${frontName}` : `${namespace ?? "nexus"}#${code}`;
      const body = JSON.stringify({ __type: type, message, ...members });
      return response(jsonStatus(error), `application/x-amz-${protocol}`, body);
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

export const encodeJson = (output: unknown, protocol: "json-1.0" | "json-1.1"): WireResponse =>
  response(200, `application/x-amz-${protocol}`, JSON.stringify(output));
