import { AwsError, type WireRequest } from "../services/contract.ts";
import type { Call, FrontService, Protocol } from "./call.ts";
import { PROTOCOLS } from "./protocols.ts";
import { decodeS3 } from "./s3-request.ts";

/** The prefix of `X-Amz-Target`; DynamoDB Streams has one of its own under the same service. */
const TARGETS: Readonly<Record<string, FrontService>> = {
  DynamoDB_20120810: "dynamodb",
  DynamoDBStreams_20120810: "dynamodb",
  Kinesis_20131202: "kinesis",
  AWSGlue: "glue",
  AmazonSQS: "sqs",
};

const notHere = (what: string): AwsError =>
  new AwsError("UnknownOperationException", `The local cloud does not have ${what}.`, 501);

export const unknownAction = (service: string, action: string): AwsError => notHere(`the action ${service}:${action}`);

const parseJson = (body: Uint8Array): Record<string, unknown> => {
  let parsed: unknown;
  try {
    parsed = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    throw new AwsError("SerializationException", `The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new AwsError("SerializationException", "The body is not a JSON object.");
  return parsed as Record<string, unknown>;
};

const decodeJson = (service: FrontService, { headers, body }: WireRequest): Omit<Call, "service" | "protocol"> => {
  const [prefix = "", action = ""] = headers["x-amz-target"]?.split(".") ?? [];
  if (TARGETS[prefix] !== service || action === "")
    throw notHere(`a target ${headers["x-amz-target"] ?? "(no X-Amz-Target)"} of ${service}`);
  const contentType = headers["content-type"] ?? "";
  if (!contentType.startsWith("application/x-amz-json"))
    throw new AwsError("SerializationException", `The local cloud speaks JSON with ${service}, not ${contentType}.`);
  return { action, input: parseJson(body) };
};

const decodeQuery = (service: FrontService, { body }: WireRequest): Omit<Call, "service" | "protocol"> => {
  const input = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString()));
  const action = input["Action"];
  if (action === undefined) throw notHere(`a request of ${service} without Action`);
  return { action, input };
};

const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

const decodeLambda = ({ method, path }: WireRequest): Omit<Call, "service" | "protocol"> => {
  const name = INVOKE.exec(path)?.[1];
  if (method !== "POST" || name === undefined) throw notHere(`${method} ${path} of lambda; only Invoke`);
  return { action: "Invoke", input: { FunctionName: decodeURIComponent(name) } };
};

const isFrontService = (name: string): name is FrontService => name in PROTOCOLS;

/** What the request asks for. The service is that of the credential scope. Throws an `AwsError` that names what is not here. */
export const decodeCall = (scopeService: string, request: WireRequest): Call => {
  if (!isFrontService(scopeService)) throw notHere(`the service ${scopeService}`);
  const protocol = PROTOCOLS[scopeService];
  const decoded = ((): Omit<Call, "service" | "protocol"> => {
    switch (protocol) {
      case "json-1.0":
      case "json-1.1":
        return decodeJson(scopeService, request);
      case "query":
        return decodeQuery(scopeService, request);
      case "rest-xml":
        return decodeS3(request);
      case "rest-json":
        return decodeLambda(request);
    }
  })();
  return { service: scopeService, protocol, ...decoded };
};

/** The protocol of a request that could not be decoded, so that its client can read the error. */
export const guessProtocol = (request: WireRequest, service: string | undefined): Protocol => {
  if (service !== undefined && isFrontService(service)) return PROTOCOLS[service];
  const target = request.headers["x-amz-target"]?.split(".")[0];
  if (target !== undefined) return PROTOCOLS[TARGETS[target] ?? "dynamodb"];
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return "query";
  return request.headers["content-type"]?.startsWith("application/json") || request.path.startsWith("/20")
    ? "rest-json"
    : "rest-xml";
};
