import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, deny, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { billing, SCALED_PROPERTIES, scaleTable, startingUnits, type TableCapacity } from "./table-capacity.ts";

const TIMESTAMP_INDEX = "TimestampIndex";

export interface EventStoreArgs extends ServiceArgs {
  /** @default provisioned, 5 to 1,000 units of reading and writing each at 70 % */
  readonly capacity?: TableCapacity;
  /** Whether DynamoDB itself refuses to delete the table. @default true */
  readonly deletionProtection?: boolean;
}

const DEFAULT_CAPACITY: TableCapacity = {
  mode: "provisioned",
  read: { minimum: 5, maximum: 1000 },
  write: { minimum: 5, maximum: 1000 },
};

/**
 * The log of a service: one item a commit, appended and never changed. Changing the keys or the name replaces the
 * table, which deletion protection and `protect` refuse.
 * @example const store = new EventStore("orders", { service, serviceModule, capacity: { mode: "onDemand" } });
 */
export class EventStore extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:EventStore";
  readonly table: aws.dynamodb.Table;
  readonly tableName: pulumi.Output<string>;

  constructor(name: string, args: EventStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super(EventStore.__pulumiType, name, args, opts);
    const { key, protect } = this.settings;
    const capacity = args.capacity ?? DEFAULT_CAPACITY;
    this.table = new aws.dynamodb.Table(
      `${name}-events`,
      {
        ...billing(capacity),
        hashKey: "aggregateId",
        rangeKey: "version",
        attributes: [
          { name: "aggregateId", type: "S" },
          { name: "version", type: "N" },
          { name: "bucket", type: "S" },
          { name: "timeKey", type: "S" },
        ],
        globalSecondaryIndexes: [
          {
            name: TIMESTAMP_INDEX,
            hashKey: "bucket",
            rangeKey: "timeKey",
            projectionType: "KEYS_ONLY",
            ...startingUnits(capacity),
          },
        ],
        streamEnabled: true,
        // Old images too: the router tells an insertion from a change that nobody may make.
        streamViewType: "NEW_AND_OLD_IMAGES",
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.deletionProtection ?? true,
        serverSideEncryption: { enabled: true, ...(key === undefined ? {} : { kmsKeyArn: key.arn }) },
      },
      { parent: this, protect, ignoreChanges: capacity.mode === "provisioned" ? SCALED_PROPERTIES : [] },
    );
    scaleTable(`${name}-events`, this.table, [TIMESTAMP_INDEX], capacity, this);
    this.tableName = this.table.name;
    this.registerOutputs({ tableName: this.tableName, tableArn: this.table.arn, streamArn: this.table.streamArn });
  }

  /** To load aggregates and append commits. */
  grantAppend(): Grant {
    return this.access([allow("AppendEvents", ["dynamodb:PutItem", "dynamodb:Query"], this.table.arn)]);
  }

  /** To read the events of aggregates. */
  grantRead(): Grant {
    return this.access([allow("ReadEvents", ["dynamodb:Query"], this.table.arn)]);
  }

  /** To tell which aggregates were written to at a time; reads no event. */
  grantReadTimes(): Grant {
    return this.access([allow("ReadEventTimes", ["dynamodb:Query"], this.timestampIndex())]);
  }

  /** To read the events of all aggregates by their time. */
  grantReadByTime(): Grant {
    return this.access([
      allow("FindEventsByTime", ["dynamodb:Query"], this.timestampIndex()),
      allow("ReadFoundEvents", ["dynamodb:BatchGetItem"], this.table.arn),
    ]);
  }

  /** To read the whole log, and any part of it by time, for audits. */
  grantAudit(): Grant {
    return this.access([
      allow("AuditEvents", ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"], this.table.arn),
      allow("FindEventsByTime", ["dynamodb:Query"], this.timestampIndex()),
    ]);
  }

  /** To be fed from the table's stream; names no environment key. */
  grantReadStream(): Grant {
    const actions = [
      "dynamodb:DescribeStream",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
    ];
    return { statements: [allow("ReadEventStream", actions, this.table.streamArn)], environment: {}, policy: "source" };
  }

  private timestampIndex(): pulumi.Output<string> {
    return pulumi.interpolate`${this.table.arn}/index/${TIMESTAMP_INDEX}`;
  }

  private access(statements: aws.iam.PolicyStatement[]): Grant {
    return {
      statements: [...statements, this.immutability()],
      environment: { EVENTS_TABLE_NAME: this.table.name },
      policy: "events",
    };
  }

  /** What is in the log stays: refused outright, whatever another policy of the role may allow. */
  private immutability(): aws.iam.PolicyStatement {
    return deny(
      "EventsAreImmutable",
      ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQL*"],
      [this.table.arn, pulumi.interpolate`${this.table.arn}/index/*`],
    );
  }
}
