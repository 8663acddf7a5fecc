import { type ApiGatewayOptions, openApiGateway } from "../../../../local/services/apigateway/index.ts";
import type { WireRequest } from "../../../../local/services/contract.ts";
import {
  type AccessRequest,
  AwsError,
  type InvocationResult,
  type Principal,
} from "../../../../local/services/contract.ts";

export const FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:echo";

export const OPERATOR: Principal = {
  arn: "arn:aws:iam::000000000000:user/operator",
  identityArn: "arn:aws:iam::000000000000:user/operator",
  accessKeyId: "AKIAOPERATOR",
  accountId: "000000000000",
};

// biome-ignore lint/suspicious/noExplicitAny: tests read into events of many shapes
export type Event = any;
type Handler = (event: Event) => unknown;

export const result = (payload: unknown, functionError?: "Unhandled"): InvocationResult => ({
  requestId: "r",
  payload,
  durationMs: 1,
  ...(functionError === undefined ? {} : { functionError }),
});

/** A gateway over one function given as a plain handler, and over keys that are right when they say `signed`. */
export const openFixture = async (handler: Handler, options: Partial<ApiGatewayOptions> = {}) => {
  const events: Event[] = [];
  const access: AccessRequest[] = [];
  const problems: string[] = [];
  const waiting: (() => void)[] = [];
  const gateway = await openApiGateway({
    port: 0,
    lambda: {
      invoke: async (_arn, payload) => {
        events.push(payload);
        for (const wake of waiting.splice(0)) wake();
        const answer = await handler(payload);
        return answer instanceof Error ? result({ errorMessage: answer.message }, "Unhandled") : result(answer);
      },
    },
    authorize: async (request: WireRequest, asked: AccessRequest) => {
      access.push(asked);
      if (request.headers["authorization"] === "signed" || request.path.includes("X-Amz-Signature=signed"))
        return OPERATOR;
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    },
    report: (problem) => problems.push(problem),
    ...options,
  });

  return {
    gateway,
    events,
    access,
    problems,
    /** The first event, come or to come, that the test accepts. */
    event: async (accepts: (event: Event) => boolean): Promise<Event> => {
      for (;;) {
        const found = events.find(accepts);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    http: (apiId: string, routeKeys: string[], authorizationType = "NONE", stage = "$default") => {
      gateway.putApi({ apiId, name: apiId, protocolType: "HTTP" });
      gateway.putIntegration({ apiId, integrationId: "i", integrationUri: FUNCTION, payloadFormatVersion: "2.0" });
      for (const routeKey of routeKeys)
        gateway.putRoute({ apiId, routeId: routeKey, routeKey, authorizationType, target: "integrations/i" });
      gateway.putStage({ apiId, name: stage, autoDeploy: true });
      return gateway.invokeUrl(apiId, stage);
    },
    webSocket: (routeKeys = ["$connect", "$disconnect", "$default"], authorizationType = "AWS_IAM") => {
      const apiId = "ws1";
      const routeSelectionExpression = "$request.body.action";
      gateway.putApi({ apiId, name: apiId, protocolType: "WEBSOCKET", routeSelectionExpression });
      gateway.putIntegration({ apiId, integrationId: "i", integrationUri: FUNCTION });
      for (const routeKey of routeKeys)
        gateway.putRoute({
          apiId,
          routeId: routeKey,
          routeKey,
          authorizationType: routeKey === "$connect" ? authorizationType : "NONE",
          target: "integrations/i",
        });
      gateway.putStage({ apiId, name: "dev", autoDeploy: true });
      return gateway.invokeUrl(apiId, "dev");
    },
  };
};

export type Fixture = Awaited<ReturnType<typeof openFixture>>;
