import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ProjectionDefinition, ServiceDefinition } from "../runtime/kernel/service.ts";
import { alarmAboveZero } from "./alarms.ts";
import type { EventStore } from "./event-store.ts";
import { allow, denyPlaintext, type Grant, policyDocument } from "./grants.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { metricsNamespace, type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { WorkQueue } from "./work-queue.ts";

export interface EventBusArgs extends ServiceArgs {
  readonly registry: SchemaRegistry;
  readonly store: EventStore;
  /** Shards of the core stream: 1 MB or 1,000 events a second each. @default 2 */
  readonly shardCount?: number;
  /** Batches of one shard of the table's stream that are routed at the same time. @default 2 */
  readonly routerParallelization?: number;
}

/** What one projection reads. */
export interface Delivery {
  readonly consumer: aws.kinesis.StreamConsumer;
  /** Only where the projection's aggregate has events on the standard route. */
  readonly queue: WorkQueue | undefined;
}

/**
 * The way of events to those who read them. A router follows the table's stream: `core` events go to Kinesis, where
 * each projection has a fan-out consumer of its own, `standard` events to an SNS topic with a queue a projection.
 * @example const bus = new EventBus("orders", { service, serviceModule, registry, store });
 */
export class EventBus extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:EventBus";
  readonly stream: aws.kinesis.Stream;
  readonly topic: aws.sns.Topic;
  readonly router: RuntimeFunction;
  private readonly deliveries: ReadonlyMap<string, Delivery>;

  constructor(name: string, args: EventBusArgs, opts?: pulumi.ComponentResourceOptions) {
    super(EventBus.__pulumiType, name, args, opts);
    const { service, stage, key } = this.settings;
    const child = { parent: this };
    this.stream = new aws.kinesis.Stream(
      `${name}-core`,
      {
        shardCount: args.shardCount ?? 2,
        retentionPeriod: 24,
        encryptionType: "KMS",
        kmsKeyId: key?.arn ?? "alias/aws/kinesis",
      },
      child,
    );
    this.topic = new aws.sns.Topic(`${name}-standard`, { kmsMasterKeyId: key?.arn ?? "alias/aws/sns" }, child);
    new aws.sns.TopicPolicy(
      `${name}-standard-policy`,
      { arn: this.topic.arn, policy: policyDocument([denyPlaintext(["sns:Publish"], this.topic.arn)]) },
      child,
    );
    this.deliveries = new Map(
      service.projections.map((projection) => [projection.name, this.deliver(name, projection, args)]),
    );
    this.router = new RuntimeFunction(
      `${name}-router`,
      {
        ...args,
        handler: "route-events",
        timeoutSeconds: 30,
        grants: [args.store.grantReadStream(), args.registry.grantValidate(), this.grantPublish()],
      },
      child,
    );
    this.router.readStream("events", {
      arn: args.store.table.streamArn,
      parallelizationFactor: args.routerParallelization ?? 2,
    });
    alarmAboveZero(
      `${name}-immutability-alarm`,
      {
        description: "An event in the log was changed or removed, which no role may do",
        namespace: metricsNamespace(stage),
        metricName: "ImmutabilityViolations",
        dimensions: { service: service.name },
        statistic: "Sum",
      },
      this.settings,
      this,
    );
    this.registerOutputs({ coreStreamName: this.stream.name, standardTopicArn: this.topic.arn });
  }

  /** To put events on the bus. */
  grantPublish(): Grant {
    return {
      statements: [
        allow("PublishCoreEvents", ["kinesis:PutRecord", "kinesis:PutRecords"], this.stream.arn),
        allow("PublishStandardEvents", ["sns:Publish"], this.topic.arn),
      ],
      environment: { CORE_STREAM_NAME: this.stream.name, STANDARD_TOPIC_ARN: this.topic.arn },
    };
  }

  /** To be fed what a projection reads. */
  grantConsume(projection: string): Grant {
    const { consumer, queue } = this.delivery(projection);
    const reading = [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ];
    return {
      statements: [
        allow("ReadCoreEvents", reading, this.stream.arn),
        allow("SubscribeToCoreEvents", ["kinesis:SubscribeToShard"], consumer.arn),
        ...(queue?.grantConsume().statements ?? []),
      ],
      environment: {},
      policy: "source",
    };
  }

  /** The consumer and the queue of a projection of the service. */
  delivery(projection: string): Delivery {
    const delivery = this.deliveries.get(projection);
    if (delivery === undefined) throw new Error(`the service has no projection ${projection}`);
    return delivery;
  }

  private deliver(name: string, projection: ProjectionDefinition, args: ServiceArgs): Delivery {
    const child = { parent: this };
    const id = `${name}-${projection.name}`;
    const consumer = new aws.kinesis.StreamConsumer(`${id}-consumer`, { streamArn: this.stream.arn }, child);
    const types = standardEventTypes(this.settings.service, projection);
    if (types.length === 0) return { consumer, queue: undefined };
    const queue = new WorkQueue(`${id}-events`, { ...args, topicArn: this.topic.arn }, child);
    new aws.sns.TopicSubscription(
      `${id}-subscription`,
      {
        topic: this.topic.arn,
        protocol: "sqs",
        endpoint: queue.queue.arn,
        rawMessageDelivery: true,
        filterPolicy: JSON.stringify({ type: types }),
      },
      // Before the policy the queue would turn deliveries away.
      { parent: this, dependsOn: [queue.policy] },
    );
    return { consumer, queue };
  }
}

/** The standard events that a projection reads: those of its aggregate. */
const standardEventTypes = ({ aggregates }: ServiceDefinition, { aggregate }: ProjectionDefinition): string[] => {
  const events = aggregates.find(({ name }) => name === aggregate)?.events ?? [];
  return [...new Set(events.filter(({ route }) => route === "standard").map(({ name }) => name))].sort();
};
