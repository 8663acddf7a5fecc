import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EventStore } from "./event-store.ts";
import { allow, assumableBy, type Grant, policyDocument } from "./grants.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { snapshotBucket } from "./snapshot-bucket.ts";
import { WorkQueue } from "./work-queue.ts";

/** Time to read 10,000 events and write their state, with room. */
const TIMEOUT_SECONDS = 30;

/** A day more than the time to live of the items that name the bodies. */
const BODY_DAYS = 31;

export interface SnapshotManagerArgs extends ServiceArgs {
  readonly store: EventStore;
}

/**
 * The states of long aggregates, kept so that a command need not read their whole log: a cache that may be deleted at
 * any time. A snapshot is asked for through a queue and made by a function of its own.
 * @example const snapshots = new SnapshotManager("orders", { service, serviceModule, store });
 */
export class SnapshotManager extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:SnapshotManager";
  readonly table: aws.dynamodb.Table;
  /** Of the snapshots that do not fit an item. */
  readonly bucket: aws.s3.Bucket;
  readonly queue: WorkQueue;
  readonly function: RuntimeFunction;

  constructor(name: string, args: SnapshotManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(SnapshotManager.__pulumiType, name, args, opts);
    const { key } = this.settings;
    const child = { parent: this };
    this.table = new aws.dynamodb.Table(
      `${name}-snapshots`,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "snapshotKey",
        rangeKey: "version",
        attributes: [
          { name: "snapshotKey", type: "S" },
          { name: "version", type: "N" },
        ],
        ttl: { attributeName: "expiresAt", enabled: true },
        serverSideEncryption: { enabled: true, ...(key === undefined ? {} : { kmsKeyArn: key.arn }) },
      },
      child,
    );
    this.bucket = snapshotBucket(`${name}-snapshot-bodies`, BODY_DAYS, this.settings, this);
    this.queue = new WorkQueue(
      `${name}-snapshot-requests`,
      { ...args, visibilityTimeoutSeconds: 6 * TIMEOUT_SECONDS },
      child,
    );
    this.function = new RuntimeFunction(
      `${name}-snapshots`,
      {
        ...args,
        handler: "create-snapshot",
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMegabytes: 1024,
        failures: this.queue.deadLetters,
        grants: [args.store.grantRead(), this.grantWrite(), this.queue.grantConsume()],
      },
      child,
    );
    this.function.readQueue("requests", this.queue, 1);
    this.scheduleDue(name, args);
    this.registerOutputs({ tableName: this.table.name, queueUrl: this.queue.queue.url });
  }

  /** To start a load from the latest snapshot. */
  grantRead(): Grant {
    return {
      statements: [
        allow("ReadSnapshots", ["dynamodb:Query"], this.table.arn),
        allow("ReadLargeSnapshots", ["s3:GetObject"], this.bodies()),
      ],
      environment: this.names(),
      policy: "snapshots",
    };
  }

  /** To ask for a snapshot. */
  grantRequest(): Grant {
    const { statements } = this.queue.grantSend("RequestSnapshots");
    return { statements, environment: { SNAPSHOT_QUEUE_URL: this.queue.queue.url } };
  }

  /** Whatever is a day old and in no snapshot: nobody may ever send the command that would find it. */
  private scheduleDue(name: string, args: SnapshotManagerArgs): void {
    const child = { parent: this };
    const due = new RuntimeFunction(
      `${name}-due-snapshots`,
      {
        ...args,
        handler: "request-snapshots",
        timeoutSeconds: 60,
        grants: [args.store.grantReadTimes(), this.grantRequest()],
      },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-due-snapshots-schedule-role`,
      { assumeRolePolicy: assumableBy("scheduler.amazonaws.com") },
      child,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-due-snapshots-schedule-policy`,
      {
        role: role.name,
        policy: policyDocument([
          allow("Invoke", ["lambda:InvokeFunction"], due.function.arn),
          ...due.failures.grantSend().statements,
        ]),
      },
      child,
    );
    new aws.scheduler.Schedule(
      `${name}-due-snapshots-schedule`,
      {
        description: "Snapshots that are due by age",
        scheduleExpression: "rate(1 hour)",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: due.function.arn,
          roleArn: role.arn,
          input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
          retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3_600 },
          deadLetterConfig: { arn: due.failures.queue.arn },
        },
      },
      { parent: this, dependsOn: [policy] },
    );
  }

  private grantWrite(): Grant {
    return {
      statements: [
        allow("WriteSnapshots", ["dynamodb:PutItem", "dynamodb:Query"], this.table.arn),
        allow("WriteLargeSnapshots", ["s3:PutObject", "s3:GetObject"], this.bodies()),
      ],
      environment: this.names(),
      policy: "snapshots",
    };
  }

  private names(): Grant["environment"] {
    return { SNAPSHOTS_TABLE_NAME: this.table.name, SNAPSHOTS_BUCKET_NAME: this.bucket.bucket };
  }

  private bodies(): pulumi.Output<string> {
    return pulumi.interpolate`${this.bucket.arn}/*`;
  }
}
