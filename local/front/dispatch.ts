import { randomUUID } from "node:crypto";
import {
  AwsError,
  type JsonService,
  type LambdaService,
  type MessagingService,
  type Principal,
  type WireRequest,
  type WireResponse,
} from "../services/contract.ts";
import type { Call } from "./call.ts";
import { unknownAction } from "./decode.ts";
import { encodeJson } from "./protocols.ts";
import { wrapIterator } from "./shard-iterators.ts";

export interface FrontServices {
  readonly dynamodb: JsonService;
  readonly kinesis: JsonService;
  readonly glue: JsonService;
  readonly messaging: MessagingService;
}

export interface DispatchTargets {
  readonly services: FrontServices;
  /** Asked at each call: the functions come up after the front, whose address they need. */
  readonly lambda: () => Pick<LambdaService, "invoke" | "invokeAsync"> | undefined;
}

/** A call that was let through, and by what. */
export interface AuthorizedCall {
  readonly call: Call;
  readonly wire: WireRequest;
  readonly principal: Principal;
  /** ARN of its first permission; none when it needs no permission. */
  readonly resource: string | undefined;
  readonly requestId: string;
}

const parsePayload = (body: Uint8Array): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
};

const invokeFunction = async (
  lambda: Pick<LambdaService, "invoke" | "invokeAsync">,
  name: string,
  { headers, body }: WireRequest,
): Promise<WireResponse> => {
  const payload = parsePayload(body);
  switch (headers["x-amz-invocation-type"] ?? "RequestResponse") {
    case "DryRun":
      return { statusCode: 204, headers: {}, body: new Uint8Array() };
    case "Event":
      await lambda.invokeAsync(name, payload);
      return { statusCode: 202, headers: {}, body: new Uint8Array() };
    case "RequestResponse": {
      const traceHeader = headers["x-amzn-trace-id"];
      const result = await lambda.invoke(name, payload, traceHeader === undefined ? {} : { traceHeader });
      return {
        statusCode: 200,
        headers: {
          "content-type": "application/json",
          "x-amz-executed-version": "$LATEST",
          ...(result.functionError === undefined ? {} : { "x-amz-function-error": result.functionError }),
        },
        body: Buffer.from(JSON.stringify(result.payload ?? null)),
      };
    }
    default:
      throw new AwsError(
        "InvalidParameterValueException",
        `Unknown invocation type ${headers["x-amz-invocation-type"]}.`,
      );
  }
};

const callerIdentity = ({ arn, accountId, accessKeyId }: Principal): WireResponse => ({
  statusCode: 200,
  headers: { "content-type": "text/xml" },
  body: Buffer.from(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${accessKeyId}</UserId><Account>${accountId}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  ),
});

/** Hands an authorized call to its engine. */
export const dispatch = async (
  { services, lambda }: DispatchTargets,
  { call, wire, principal, resource, requestId }: AuthorizedCall,
): Promise<WireResponse> => {
  switch (call.service) {
    case "dynamodb":
    case "kinesis":
    case "glue": {
      const output = await services[call.service].call(call.action, call.input);
      return encodeJson(wrapIterator(call, output, resource), call, requestId);
    }
    case "sqs":
    case "sns":
    case "s3":
      return services.messaging.forward(wire);
    case "sts":
      return callerIdentity(principal);
    case "lambda": {
      const functions = lambda();
      if (functions === undefined) throw unknownAction("lambda", call.action);
      return invokeFunction(functions, String(call.input["FunctionName"]), wire);
    }
  }
};
