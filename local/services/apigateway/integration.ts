import { setTimeout as delay } from "node:timers/promises";
import {
  ACCOUNT_ID,
  type AccessDecision,
  type AccessRequest,
  AwsError,
  type LambdaService,
  type Principal,
  type WireRequest,
} from "../contract.ts";
import { functionArn, type IntegrationConfig, type RouteConfig } from "./config.ts";
import type { Api } from "./config-store.ts";
import { type GatewayRequest, toWireRequest } from "./http-request.ts";

/** What the gateway needs of the rest of the local cloud. */
export interface GatewayContext {
  readonly region: string;
  readonly lambda: Pick<LambdaService, "invoke">;
  /** Checks the signature and the caller's policies; throws an AwsError when either says no. */
  readonly authorize: (request: WireRequest, access: AccessRequest) => Promise<Principal>;
  /** Whether `apigateway.amazonaws.com` may invoke a function, by the function's resource policy. Left out: it may. */
  readonly allowInvoke?: (access: AccessRequest) => AccessDecision;
  /** Told what the caller is not: why an integration failed or a request was refused. */
  readonly report: (problem: string) => void;
  readonly now: () => number;
}

/** `rejected`: Lambda did not take the invocation; `failed`: the function threw; `timeout`: no answer in time. */
export type IntegrationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly reason: "rejected" | "failed" | "timeout" };

export const executeApiArn = (region: string, resource: string): string =>
  `arn:aws:execute-api:${region}:${ACCOUNT_ID}:${resource}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The caller of a route with AWS_IAM, undefined for an open one, or why it is refused. */
export const authorizeRoute = async (
  context: GatewayContext,
  route: RouteConfig,
  request: GatewayRequest,
  resource: string,
): Promise<{ allowed: true; principal: Principal | undefined } | { allowed: false; error: AwsError }> => {
  if (route.authorizationType !== "AWS_IAM") return { allowed: true, principal: undefined };
  try {
    const access = { action: "execute-api:Invoke", resource: executeApiArn(context.region, resource) };
    return { allowed: true, principal: await context.authorize(toWireRequest(request), access) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { allowed: false, error };
  }
};

/** The integration a route points at. */
export const integrationOf = (api: Api, route: RouteConfig): IntegrationConfig | undefined =>
  api.integrations.get((route.target ?? "").replace(/^integrations\//, ""));

/** Invokes the function behind a route; a failure is reported and told apart, never thrown. */
export const invokeIntegration = async (
  context: GatewayContext,
  api: Api,
  route: RouteConfig,
  call: { readonly event: unknown; readonly sourceArn: string; readonly trace?: string },
): Promise<IntegrationResult> => {
  const at = `API ${api.config.name}, route ${route.routeKey}`;
  const fail = (reason: "rejected" | "failed" | "timeout", problem: string): IntegrationResult => {
    context.report(`${at}: ${problem}`);
    return { ok: false, reason };
  };
  const integration = integrationOf(api, route);
  if (integration === undefined) return fail("rejected", "the route has no integration");
  const arn = functionArn(integration.integrationUri);
  const decision = context.allowInvoke?.({
    action: "lambda:InvokeFunction",
    resource: arn,
    context: { "aws:SourceArn": call.sourceArn, "aws:SourceAccount": ACCOUNT_ID },
  });
  if (decision?.allowed === false)
    return fail("rejected", `API Gateway may not invoke ${arn}: ${decision.reason}. Add a lambda permission.`);

  const limitMs = integration.timeoutInMillis ?? (api.config.protocolType === "HTTP" ? 30_000 : 29_000);
  const cancel = new AbortController();
  const timeout = delay(limitMs, "timeout" as const, { signal: cancel.signal, ref: false });
  timeout.catch(() => {}); // aborted once the function has answered
  try {
    const outcome = await Promise.race([
      context.lambda.invoke(arn, call.event, call.trace === undefined ? {} : { traceHeader: call.trace }),
      timeout,
    ]);
    if (outcome === "timeout") return fail("timeout", `no answer within ${limitMs} ms`);
    if (outcome.functionError !== undefined)
      return fail("failed", `the function failed: ${JSON.stringify(outcome.payload)}`);
    return { ok: true, payload: outcome.payload };
  } catch (error) {
    return fail("rejected", `the function was not invoked: ${messageOf(error)}`);
  } finally {
    cancel.abort();
  }
};
