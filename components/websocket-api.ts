import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, assumableBy, type Grant } from "./grants.ts";
import type { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export const ACCOUNT_LOG_ROLES = ["existing", "create"] as const;
export type AccountLogRole = (typeof ACCOUNT_LOG_ROLES)[number];

export interface WebSocketApiArgs extends ServiceArgs {
  /**
   * `create` sets the role with which API Gateway writes logs, one for the whole account and region; `existing` leaves
   * the account as it is. Without such a role AWS refuses the API's access log. @default "existing"
   */
  readonly accountLogRole?: AccountLogRole;
}

const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  caller: "$context.identity.userArn",
  sourceIp: "$context.identity.sourceIp",
  connectionId: "$context.connectionId",
  event: "$context.eventType",
  status: "$context.status",
  error: "$context.error.message",
});

/**
 * The WebSocket API of a service. A connection is opened by a signed request (IAM); its messages go to one function.
 * The function may need the address of the API, so it is made in between: first the API, then the function, then
 * {@link WebSocketApi.serve}.
 */
export class WebSocketApi extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:WebSocketApi";
  readonly api: aws.apigatewayv2.Api;
  /** Where clients connect: `wss://.../<stage>`. */
  readonly url: pulumi.Output<string>;
  private readonly name: string;
  private readonly accountLogRole: AccountLogRole;

  constructor(name: string, args: WebSocketApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(WebSocketApi.__pulumiType, name, args, opts);
    this.name = name;
    this.accountLogRole = args.accountLogRole ?? "existing";
    this.api = new aws.apigatewayv2.Api(
      `${name}-websocket`,
      { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" },
      { parent: this },
    );
    // Of the API and not of its stage: the stage needs the routes, these the function, and it may need the address.
    this.url = pulumi.interpolate`${this.api.apiEndpoint}/${this.settings.stage}`;
    this.registerOutputs({ url: this.url });
  }

  /** Sends every connection and message to a function, and opens the API. */
  serve(target: RuntimeFunction): void {
    const child = { parent: this };
    const integration = new aws.apigatewayv2.Integration(
      `${this.name}-websocket-integration`,
      { apiId: this.api.id, integrationType: "AWS_PROXY", integrationUri: target.function.invokeArn },
      child,
    );
    const permission = target.allowCallsFrom("websocket", this.executionArn("*"));
    const routes = ["connect", "disconnect", "default"].map(
      (route) =>
        new aws.apigatewayv2.Route(
          `${this.name}-websocket-${route}-route`,
          {
            apiId: this.api.id,
            routeKey: `$${route}`,
            // Only the opening can be authorized; what follows on the connection is its caller's.
            authorizationType: route === "connect" ? "AWS_IAM" : "NONE",
            target: pulumi.interpolate`integrations/${integration.id}`,
          },
          { parent: this, dependsOn: [permission] },
        ),
    );
    this.createStage(routes);
  }

  /** The ARN that IAM knows the opening of a connection by. */
  get connectArn(): pulumi.Output<string> {
    return this.executionArn("$connect");
  }

  /** To send to connections. */
  grantPost(): Grant {
    return {
      statements: [
        allow("PostToConnections", ["execute-api:ManageConnections"], this.executionArn("POST/@connections/*")),
      ],
      environment: { WEBSOCKET_ENDPOINT: this.url.apply((url) => url.replace(/^ws/, "http")) },
    };
  }

  private executionArn(route: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.api.executionArn}/${this.settings.stage}/${route}`;
  }

  private createStage(routes: aws.apigatewayv2.Route[]): void {
    const { stage, key, logRetentionDays } = this.settings;
    const logs = new aws.cloudwatch.LogGroup(
      `${this.name}-websocket-logs`,
      { retentionInDays: logRetentionDays, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
      { parent: this },
    );
    const account = this.accountLogRole === "create" ? [this.createAccountLogRole()] : [];
    new aws.apigatewayv2.Stage(
      `${this.name}-websocket-stage`,
      {
        apiId: this.api.id,
        name: stage,
        autoDeploy: true,
        accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG_FORMAT },
      },
      { parent: this, dependsOn: [...routes, ...account] },
    );
  }

  private createAccountLogRole(): aws.apigateway.Account {
    const child = { parent: this };
    const role = new aws.iam.Role(
      `${this.name}-api-log-role`,
      { assumeRolePolicy: assumableBy("apigateway.amazonaws.com") },
      child,
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      `${this.name}-api-log-role-policy`,
      { role: role.name, policyArn: aws.iam.ManagedPolicy.AmazonAPIGatewayPushToCloudWatchLogs },
      child,
    );
    return new aws.apigateway.Account(
      `${this.name}-api-account`,
      { cloudwatchRoleArn: role.arn },
      { parent: this, dependsOn: [attachment] },
    );
  }
}
