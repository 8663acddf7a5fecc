import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./configuration-error.ts";
import type { EventStore } from "./event-store.ts";
import { allow, type Grant } from "./grants.ts";
import type { HttpApi } from "./http-api.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";

export const TEMPORAL_ROUTES = {
  temporal: "GET /api/queries/temporal/{aggregateId}",
  diff: "GET /api/queries/temporal/{aggregateId}/diff",
};

export const EVENT_RANGE_ROUTES = { range: "GET /api/events" };

const MOST_PER_MINUTE = 10;

export interface TemporalQueriesArgs extends ServiceArgs {
  readonly store: EventStore;
  /** A long log is not read from its beginning where a snapshot lies before the instant asked for. */
  readonly snapshots: SnapshotManager;
  readonly api: HttpApi;
  /**
   * Queries for the past of an aggregate that each client has a minute, 1 to 10, and as many for ranges of time: one reads
   * up to 10,000 events. @default 10
   */
  readonly ratePerMinute?: number;
}

/**
 * Queries for the past of an aggregate, and for ranges of time over all of them: each with routes and a function of its
 * own, so that IAM can grant them apart from other queries and from each other; a table that counts each client's requests
 * over all instances; and one that keeps where partial answers left off.
 * @example new TemporalQueries("orders", { service, serviceModule, store, snapshots, api });
 */
export class TemporalQueries extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:TemporalQueries";
  readonly rateLimits: aws.dynamodb.Table;
  readonly continuations: aws.dynamodb.Table;
  readonly function: RuntimeFunction;
  /** Tells the events of all aggregates by time. */
  readonly ranges: RuntimeFunction;

  constructor(name: string, args: TemporalQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TemporalQueries.__pulumiType, name, args, opts);
    const { key } = this.settings;
    const ratePerMinute = args.ratePerMinute ?? MOST_PER_MINUTE;
    if (!Number.isInteger(ratePerMinute) || ratePerMinute < 1 || ratePerMinute > MOST_PER_MINUTE)
      throw new ConfigurationError(`ratePerMinute must be 1 to ${MOST_PER_MINUTE}, but is ${ratePerMinute}.`);
    const child = { parent: this };
    const shared = {
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      serverSideEncryption: { enabled: true, ...(key === undefined ? {} : { kmsKeyArn: key.arn }) },
    };
    this.rateLimits = new aws.dynamodb.Table(
      `${name}-rate-limits`,
      { ...shared, hashKey: "bucket", attributes: [{ name: "bucket", type: "S" }] },
      child,
    );
    this.continuations = new aws.dynamodb.Table(
      `${name}-continuations`,
      {
        ...shared,
        hashKey: "continuationId",
        rangeKey: "part",
        attributes: [
          { name: "continuationId", type: "S" },
          { name: "part", type: "N" },
        ],
      },
      child,
    );
    const limited = {
      ...args,
      // An API waits no longer than 30 s.
      timeoutSeconds: 29,
      memoryMegabytes: 1024,
      environment: { TEMPORAL_RATE_PER_MINUTE: String(ratePerMinute) },
    };
    this.function = new RuntimeFunction(
      `${name}-temporal`,
      {
        ...limited,
        handler: "answer-temporal-query",
        grants: [args.store.grantRead(), args.snapshots.grantRead(), this.grantCount(), this.grantContinue()],
      },
      child,
    );
    args.api.addRoutes(`${name}-temporal`, TEMPORAL_ROUTES, this.function, this);
    this.ranges = new RuntimeFunction(
      `${name}-event-ranges`,
      { ...limited, handler: "answer-event-range", grants: [args.store.grantReadByTime(), this.grantCount()] },
      child,
    );
    args.api.addRoutes(`${name}-event-ranges`, EVENT_RANGE_ROUTES, this.ranges, this);
    this.registerOutputs({ functionName: this.function.function.name, rateLimitsTableName: this.rateLimits.name });
  }

  private grantCount(): Grant {
    return {
      statements: [allow("CountRequests", ["dynamodb:UpdateItem"], this.rateLimits.arn)],
      environment: { RATE_LIMITS_TABLE_NAME: this.rateLimits.name },
    };
  }

  private grantContinue(): Grant {
    return {
      statements: [allow("KeepPartialAnswers", ["dynamodb:PutItem", "dynamodb:Query"], this.continuations.arn)],
      environment: { CONTINUATIONS_TABLE_NAME: this.continuations.name },
    };
  }
}
