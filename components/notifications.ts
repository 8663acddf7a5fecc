import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, type Grant } from "./grants.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import { ServiceComponent } from "./service-component.ts";
import { WebSocketApi, type WebSocketApiArgs } from "./websocket-api.ts";
import { WorkQueue } from "./work-queue.ts";

const TOPIC_INDEX = "TopicIndex";

export type NotificationsArgs = WebSocketApiArgs;

/**
 * Tells clients over WebSockets what changed. Clients connect with a signed request and subscribe to topics; projections
 * ask for notifications through a queue, and a function delivers them to whoever subscribed.
 * @example const notifications = new Notifications("orders", { service, serviceModule });
 */
export class Notifications extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:Notifications";
  readonly api: WebSocketApi;
  readonly table: aws.dynamodb.Table;
  readonly queue: WorkQueue;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Notifications.__pulumiType, name, args, opts);
    const { key } = this.settings;
    const child = { parent: this };
    this.table = new aws.dynamodb.Table(
      `${name}-connections`,
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
      child,
    );
    this.api = new WebSocketApi(name, args, child);
    const connections = new RuntimeFunction(
      `${name}-connections`,
      {
        ...args,
        handler: "manage-connection",
        grants: [
          this.grantConnections(["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"]),
          this.api.grantPost(),
        ],
      },
      child,
    );
    this.api.serve(connections);
    this.queue = new WorkQueue(`${name}-notifications`, args, child);
    const deliver = new RuntimeFunction(
      `${name}-deliver`,
      {
        ...args,
        handler: "deliver-notifications",
        // A sixth of the time for which its queue hides a message.
        timeoutSeconds: 5,
        failures: this.queue.deadLetters,
        grants: [
          this.grantConnections(["dynamodb:Query", "dynamodb:DeleteItem"]),
          this.api.grantPost(),
          this.queue.grantConsume(),
        ],
      },
      child,
    );
    deliver.readQueue("notifications", this.queue);
    this.registerOutputs({ url: this.api.url, queueUrl: this.queue.queue.url });
  }

  /** To ask for notifications. */
  grantNotify(): Grant {
    const { statements } = this.queue.grantSend("RequestNotifications");
    return { statements, environment: { NOTIFICATION_QUEUE_URL: this.queue.queue.url } };
  }

  private grantConnections(actions: string[]): Grant {
    const resources = [this.table.arn, pulumi.interpolate`${this.table.arn}/index/${TOPIC_INDEX}`];
    return {
      statements: [allow("ManageConnections", actions, resources)],
      environment: { CONNECTIONS_TABLE_NAME: this.table.name },
    };
  }
}
