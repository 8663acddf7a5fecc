import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, assumableBy, type Grant } from "./grants.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { WorkQueue } from "./work-queue.ts";

const TOPIC_INDEX = "TopicIndex";

export interface NotificationsArgs extends ServiceArgs {
  /**
   * `create` sets the role with which API Gateway writes logs, one for the whole account and region; `existing` leaves
   * the account as it is. WebSocket APIs keep no access log without it. @default "existing"
   */
  readonly accountLogRole?: AccountLogRole;
}

export const ACCOUNT_LOG_ROLES = ["existing", "create"] as const;
export type AccountLogRole = (typeof ACCOUNT_LOG_ROLES)[number];

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
 * Tells clients over WebSockets what changed. Clients connect with a signed request and subscribe to topics; projections
 * ask for notifications through a queue, and a function delivers them to whoever subscribed.
 * @example const notifications = new Notifications("orders", { service, serviceModule });
 */
export class Notifications extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:Notifications";
  readonly api: aws.apigatewayv2.Api;
  readonly table: aws.dynamodb.Table;
  readonly queue: WorkQueue;
  /** Where clients connect: `wss://.../<stage>`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Notifications.__pulumiType, name, args, opts);
    const child = { parent: this };
    this.table = this.createTable(`${name}-connections`);
    this.api = new aws.apigatewayv2.Api(
      `${name}-websocket`,
      { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" },
      child,
    );
    this.url = pulumi.interpolate`${this.api.apiEndpoint}/${this.settings.stage}`;
    const connections = new RuntimeFunction(
      `${name}-connections`,
      {
        ...args,
        handler: "manage-connection",
        grants: [
          this.grantConnections(["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"]),
          this.grantPost(),
        ],
      },
      child,
    );
    const routes = this.addRoutes(name, connections);
    this.createStage(name, args, routes);
    this.queue = new WorkQueue(`${name}-notifications`, args, child);
    const deliver = new RuntimeFunction(
      `${name}-deliver`,
      {
        ...args,
        handler: "deliver-notifications",
        timeoutSeconds: 5,
        failures: this.queue.deadLetters,
        grants: [
          this.grantConnections(["dynamodb:Query", "dynamodb:DeleteItem"]),
          this.grantPost(),
          this.queue.grantConsume(),
        ],
      },
      child,
    );
    deliver.readQueue("notifications", this.queue);
    this.registerOutputs({ url: this.url, queueUrl: this.queue.queue.url });
  }

  /** To ask for notifications. */
  grantNotify(): Grant {
    const { statements } = this.queue.grantSend("RequestNotifications");
    return { statements, environment: { NOTIFICATION_QUEUE_URL: this.queue.queue.url } };
  }

  /** The ARN that IAM knows the opening of a connection by. */
  get connectArn(): pulumi.Output<string> {
    return pulumi.interpolate`${this.api.executionArn}/${this.settings.stage}/$connect`;
  }

  private createTable(name: string): aws.dynamodb.Table {
    const { key } = this.settings;
    return new aws.dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "connectionId",
        rangeKey: "topic",
        attributes: [
          { name: "connectionId", type: "S" },
          { name: "topic", type: "S" },
        ],
        globalSecondaryIndexes: [
          { name: TOPIC_INDEX, hashKey: "topic", rangeKey: "connectionId", projectionType: "ALL" },
        ],
        ttl: { attributeName: "expiresAt", enabled: true },
        serverSideEncryption: { enabled: true, ...(key === undefined ? {} : { kmsKeyArn: key.arn }) },
      },
      { parent: this },
    );
  }

  /** Only `$connect` can be authorized; what comes later on the connection is the caller's who opened it. */
  private addRoutes(name: string, target: RuntimeFunction): aws.apigatewayv2.Route[] {
    const child = { parent: this };
    const integration = new aws.apigatewayv2.Integration(
      `${name}-websocket-integration`,
      { apiId: this.api.id, integrationType: "AWS_PROXY", integrationUri: target.function.invokeArn },
      child,
    );
    const permission = target.allowCallsFrom(
      "websocket",
      pulumi.interpolate`${this.api.executionArn}/${this.settings.stage}/*`,
    );
    return ["connect", "disconnect", "default"].map(
      (route) =>
        new aws.apigatewayv2.Route(
          `${name}-websocket-${route}-route`,
          {
            apiId: this.api.id,
            routeKey: `$${route}`,
            authorizationType: route === "connect" ? "AWS_IAM" : "NONE",
            target: pulumi.interpolate`integrations/${integration.id}`,
          },
          { parent: this, dependsOn: [permission] },
        ),
    );
  }

  private createStage(name: string, args: NotificationsArgs, routes: aws.apigatewayv2.Route[]): void {
    const { stage, key, logRetentionDays } = this.settings;
    const child = { parent: this };
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-websocket-logs`,
      { retentionInDays: logRetentionDays, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
      child,
    );
    const account = args.accountLogRole === "create" ? [this.createAccountLogRole(name)] : [];
    new aws.apigatewayv2.Stage(
      `${name}-websocket-stage`,
      {
        apiId: this.api.id,
        name: stage,
        autoDeploy: true,
        accessLogSettings: { destinationArn: logs.arn, format: ACCESS_LOG_FORMAT },
      },
      { parent: this, dependsOn: [...routes, ...account] },
    );
  }

  private createAccountLogRole(name: string): aws.apigateway.Account {
    const child = { parent: this };
    const role = new aws.iam.Role(
      `${name}-api-log-role`,
      { assumeRolePolicy: assumableBy("apigateway.amazonaws.com") },
      child,
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      `${name}-api-log-role-policy`,
      {
        role: role.name,
        policyArn: aws.iam.ManagedPolicy.AmazonAPIGatewayPushToCloudWatchLogs,
      },
      child,
    );
    return new aws.apigateway.Account(
      `${name}-api-account`,
      { cloudwatchRoleArn: role.arn },
      { parent: this, dependsOn: [attachment] },
    );
  }

  private grantConnections(actions: string[]): Grant {
    const resources = [this.table.arn, pulumi.interpolate`${this.table.arn}/index/${TOPIC_INDEX}`];
    return {
      statements: [allow("ManageConnections", actions, resources)],
      environment: { CONNECTIONS_TABLE_NAME: this.table.name },
    };
  }

  /** The endpoint comes from the API, not from its stage: the stage needs the routes, and they the function. */
  private grantPost(): Grant {
    const connections = pulumi.interpolate`${this.api.executionArn}/${this.settings.stage}/POST/@connections/*`;
    return {
      statements: [allow("PostToConnections", ["execute-api:ManageConnections"], connections)],
      environment: { WEBSOCKET_ENDPOINT: this.url.apply((url) => url.replace(/^ws/, "http")) },
    };
  }
}
