import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { COMMAND_ROUTES } from "./command-service.ts";
import type { EventBus } from "./event-bus.ts";
import type { EventStore } from "./event-store.ts";
import { allow, policyDocument } from "./grants.ts";
import type { HttpApi } from "./http-api.ts";
import type { Notifications } from "./notifications.ts";
import { QUERY_ROUTES } from "./query-dashboard.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { EVENT_RANGE_ROUTES, TEMPORAL_ROUTES } from "./temporal-queries.ts";

export interface OperatorAccessArgs extends ServiceArgs {
  readonly api: HttpApi;
  readonly notifications: Notifications;
  readonly store: EventStore;
  readonly bus: EventBus;
}

/**
 * A policy for people and tools that operate the service: to call its APIs, and to look at the log and the core stream.
 * It is attached to nobody; attach it by `policyArn`.
 */
export class OperatorAccess extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:OperatorAccess";
  readonly policyArn: pulumi.Output<string>;

  constructor(name: string, args: OperatorAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(OperatorAccess.__pulumiType, name, args, opts);
    const { api, notifications, store, bus } = args;
    const { service, stage, key } = this.settings;
    const routes = [COMMAND_ROUTES, QUERY_ROUTES, TEMPORAL_ROUTES, EVENT_RANGE_ROUTES]
      .flatMap((some) => Object.values(some))
      .map((route) => api.executionArn(route));
    const looking = [
      "kinesis:DescribeStreamSummary",
      "kinesis:ListShards",
      "kinesis:GetShardIterator",
      "kinesis:GetRecords",
    ];
    const policy = new aws.iam.Policy(
      `${name}-operator`,
      {
        description: `Operates ${service.name} (${stage})`,
        policy: policyDocument([
          allow("CallApi", ["execute-api:Invoke"], [...routes, notifications.api.connectArn]),
          ...store.grantAudit().statements,
          allow("ReadCoreEvents", looking, bus.stream.arn),
          ...(key?.grantUse().statements ?? []),
        ]),
      },
      { parent: this },
    );
    this.policyArn = policy.arn;
    this.registerOutputs({ policyArn: this.policyArn });
  }
}
