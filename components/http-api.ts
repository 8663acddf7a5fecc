import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export interface HttpApiArgs extends ServiceArgs {
  /** Requests a second over all callers. @default 2000 */
  readonly rateLimitPerSecond?: number;
  /** Requests that may come at once above the rate. @default 4000 */
  readonly burstLimit?: number;
}

const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  caller: "$context.identity.userArn",
  sourceIp: "$context.identity.sourceIp",
  route: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
});

/**
 * The HTTP API of a service. Every route asks for a signed request (IAM): there is no way to add another kind.
 * @example api.addRoutes("queries", { list: "GET /api/queries/{resourceType}" }, queries, this);
 */
export class HttpApi extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:HttpApi";
  readonly api: aws.apigatewayv2.Api;
  /** Base address without a trailing slash. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: HttpApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(HttpApi.__pulumiType, name, args, opts);
    const { service, stage, key, logRetentionDays } = this.settings;
    const child = { parent: this };
    this.api = new aws.apigatewayv2.Api(
      `${name}-api`,
      { protocolType: "HTTP", description: `Commands and queries of ${service.name} (${stage})` },
      child,
    );
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-api-logs`,
      { retentionInDays: logRetentionDays, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
      child,
    );
    new aws.apigatewayv2.Stage(
      `${name}-api-stage`,
      {
        apiId: this.api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG_FORMAT },
        defaultRouteSettings: {
          throttlingRateLimit: args.rateLimitPerSecond ?? 2000,
          throttlingBurstLimit: args.burstLimit ?? 4000,
        },
      },
      child,
    );
    this.url = this.api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }

  /** Sends routes to a function. `routes` has a name for each route key; the resources belong to `parent`. */
  addRoutes(name: string, routes: Record<string, string>, target: RuntimeFunction, parent: pulumi.Resource): void {
    const child = { parent };
    const integration = new aws.apigatewayv2.Integration(
      `${name}-integration`,
      {
        apiId: this.api.id,
        integrationType: "AWS_PROXY",
        integrationUri: target.function.invokeArn,
        payloadFormatVersion: "2.0",
      },
      child,
    );
    for (const [role, routeKey] of Object.entries(routes)) {
      const permission = target.allowCallsFrom(role, this.executionArn(routeKey, "*"));
      new aws.apigatewayv2.Route(
        `${name}-${role}-route`,
        {
          apiId: this.api.id,
          routeKey,
          authorizationType: "AWS_IAM",
          target: pulumi.interpolate`integrations/${integration.id}`,
        },
        { parent, dependsOn: [permission] },
      );
    }
  }

  /** The ARN that IAM knows calls of a route by, path variables standing for anything. */
  executionArn(routeKey: string, stage = "$default"): pulumi.Output<string> {
    const [method, path = ""] = routeKey.split(" ");
    return pulumi.interpolate`${this.api.executionArn}/${stage}/${method}${path.replace(/\{[^}]+\}/g, "*")}`;
  }
}
