import { randomUUID } from "node:crypto";
import {
  AwsError,
  type IamService,
  type LambdaService,
  type WireRequest,
  type WireResponse,
} from "../services/contract.ts";
import { accessOf } from "./access/index.ts";
import { checkAccess, checkScope } from "./authorize.ts";
import { decodeCall, guessProtocol } from "./decode.ts";
import { dispatch, type FrontServices } from "./dispatch.ts";
import type { Faults } from "./faults.ts";
import { serveHttp } from "./http-server.ts";
import { encodeError } from "./protocols.ts";
import { unwrapIterator } from "./shard-iterators.ts";
import { verifySignature } from "./signature.ts";

export { createAuthorizer } from "./authorize.ts";
export { createFaults, type FaultRule, type Faults, type RuleFaults } from "./faults.ts";

/** One line a request. */
export interface RequestLogEntry {
  /** RFC 3339. */
  readonly time: string;
  readonly requestId: string;
  /** ARN of the caller, once the signature holds. */
  readonly principal: string | undefined;
  readonly service: string | undefined;
  readonly action: string | undefined;
  /** ARN of the first resource that the call needs a permission on. */
  readonly resource: string | undefined;
  readonly statusCode: number;
  /** Code of the error that the front answered with. */
  readonly errorCode: string | undefined;
  /** What was thrown when the local cloud itself failed (500). */
  readonly failure: unknown;
  readonly durationMs: number;
}

export interface FrontOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly region: string;
  readonly iam: Pick<IamService, "lookup" | "evaluate">;
  readonly services: FrontServices;
  /** Asked at each Invoke, because the functions start after the front. */
  readonly lambda?: () => Pick<LambdaService, "invoke" | "invokeAsync"> | undefined;
  readonly faults?: Faults;
  readonly log?: (entry: RequestLogEntry) => void;
  readonly clock?: () => Date;
}

export interface Front {
  /** The value for AWS_ENDPOINT_URL. An address, not a name, so that S3 clients put the bucket into the path. */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What is known of a request so far, for its log line and its error. */
type Progress = {
  -readonly [K in "principal" | "service" | "action" | "resource" | "errorCode" | "failure"]: RequestLogEntry[K];
};

const asAwsError = (error: unknown): AwsError =>
  error instanceof AwsError
    ? error
    : new AwsError("InternalFailure", `The local cloud failed: ${(error as Error).message}`, 500);

/**
 * The one endpoint of the local AWS: reads the wire protocol of each service, checks the SigV4 signature, evaluates the
 * caller's IAM policies, injects asked-for faults, calls the engine and logs. What the local cloud does not have is
 * refused by name with status 501.
 */
export const openFront = async (options: FrontOptions): Promise<Front> => {
  const { iam, region, services, faults, log, lambda = () => undefined, clock = () => new Date() } = options;
  const environment = { region, ...services };

  const answer = async (wire: WireRequest, progress: Progress, requestId: string): Promise<WireResponse> => {
    const signedBy = await verifySignature(wire, iam, clock());
    progress.principal = signedBy.principal.arn;
    progress.service = signedBy.service;
    checkScope(signedBy, { region });
    const call = unwrapIterator(decodeCall(signedBy.service, wire));
    progress.action = call.action;
    const access = await accessOf(call, environment);
    const resource = access[0]?.resource;
    progress.resource = resource;
    const { principal } = signedBy;
    for (const each of access) checkAccess(iam, principal, each, region);
    const target = { service: call.service, action: call.action, resource: resource ?? "*" };
    await faults?.before(target);
    const response = await dispatch({ services, lambda }, { call, wire, principal, resource, requestId });
    await faults?.after(target);
    return response;
  };

  const refuse = (thrown: unknown, wire: WireRequest, progress: Progress, requestId: string): WireResponse => {
    const error = asAwsError(thrown);
    if (error !== thrown) progress.failure = thrown;
    progress.errorCode = error.code;
    return encodeError(error, guessProtocol(wire, progress.service), progress.service, requestId);
  };

  const handle = async (wire: WireRequest): Promise<WireResponse> => {
    const requestId = randomUUID();
    const started = performance.now();
    const progress: Progress = {
      principal: undefined,
      service: undefined,
      action: undefined,
      resource: undefined,
      errorCode: undefined,
      failure: undefined,
    };
    const response = await answer(wire, progress, requestId).catch((error: unknown) =>
      refuse(error, wire, progress, requestId),
    );
    const durationMs = performance.now() - started;
    log?.({ time: clock().toISOString(), requestId, ...progress, statusCode: response.statusCode, durationMs });
    return { ...response, headers: { ...response.headers, "x-amzn-requestid": requestId } };
  };

  const server = await serveHttp(options.port, handle);
  return { endpoint: `http://127.0.0.1:${server.port}`, port: server.port, close: server.close };
};
