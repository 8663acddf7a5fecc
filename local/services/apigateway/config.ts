import { AwsError } from "../contract.ts";

/** Cross-origin settings of an HTTP API, as in `CreateApi`. */
export interface CorsConfig {
  readonly allowOrigins?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: number;
  readonly allowCredentials?: boolean;
}

export interface ApiConfig {
  readonly apiId: string;
  readonly name: string;
  readonly protocolType: "HTTP" | "WEBSOCKET";
  /** WebSocket only: `$request.body.<member>`. */
  readonly routeSelectionExpression?: string;
  readonly cors?: CorsConfig;
}

/** A Lambda proxy integration, the only type that is simulated. */
export interface IntegrationConfig {
  readonly apiId: string;
  readonly integrationId: string;
  /** ARN of the function, or its invoke ARN. */
  readonly integrationUri: string;
  readonly integrationType?: string;
  /** HTTP APIs: `2.0`. */
  readonly payloadFormatVersion?: string;
  /** 50 to 30,000. @default 30000, WebSocket 29000 */
  readonly timeoutInMillis?: number;
}

export interface RouteConfig {
  readonly apiId: string;
  readonly routeId: string;
  /** `POST /api/commands/{commandType}`, `$default`, `$connect`, or a WebSocket action. */
  readonly routeKey: string;
  readonly authorizationType?: string;
  /** `integrations/<integrationId>`. */
  readonly target?: string;
}

export interface StageConfig {
  readonly apiId: string;
  /** `$default` or a name that becomes the first segment of the path. */
  readonly name: string;
  /** Taken, but routes are always live: a stage here has no deployments to fall back to. */
  readonly autoDeploy?: boolean;
  readonly throttling?: ThrottlingConfig;
}

export interface ThrottlingConfig {
  /** Requests a second, on average. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/** Refuses by name what the gateway does not do, so that nothing is silently served in another way. */
const refuse = (what: string, value: string, known: string): AwsError =>
  new AwsError("BadRequestException", `${what} ${JSON.stringify(value)} is not simulated locally. Use ${known}.`);

export const checkApi = (api: ApiConfig): void => {
  const expression = api.routeSelectionExpression;
  if (api.protocolType === "WEBSOCKET" && !/^\$\{?request\.body(\.[\w-]+)+\}?$/.test(expression ?? ""))
    throw refuse("The route selection expression", expression ?? "", "$request.body.action");
};

export const checkIntegration = (integration: IntegrationConfig, protocol: ApiConfig["protocolType"]): void => {
  if (integration.integrationType !== undefined && integration.integrationType !== "AWS_PROXY")
    throw refuse("The integration type", integration.integrationType, "AWS_PROXY");
  if (protocol === "HTTP" && integration.payloadFormatVersion !== "2.0")
    throw refuse("The payload format version", integration.payloadFormatVersion ?? "1.0", "2.0");
  functionArn(integration.integrationUri);
};

export const checkRoute = (route: RouteConfig, protocol: ApiConfig["protocolType"]): void => {
  if (!["NONE", "AWS_IAM"].includes(route.authorizationType ?? "NONE"))
    throw refuse("The authorization type", route.authorizationType ?? "", "NONE or AWS_IAM");
  if (protocol === "HTTP" && route.routeKey !== "$default" && !/^[A-Z]+ \/\S*$/.test(route.routeKey))
    throw new AwsError("BadRequestException", `The provided route key is not formatted properly: ${route.routeKey}`);
};

/** The ARN of the function that an integration URI names. */
export const functionArn = (integrationUri: string): string => {
  const arn = /(arn:aws:lambda:[^:]+:\d+:function:[\w:$-]+?)(?:\/invocations)?$/.exec(integrationUri)?.[1];
  if (arn === undefined) throw refuse("The integration URI", integrationUri, "the ARN of a Lambda function");
  return arn;
};
