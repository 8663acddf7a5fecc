import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmAboveZero } from "./alarms.ts";
import { allow, denyPlaintext, type Grant, policyDocument } from "./grants.ts";
import { type ServiceArgs, ServiceComponent, type ServiceSettings } from "./service-component.ts";

const FOURTEEN_DAYS_SECONDS = 14 * 24 * 3600;

const encryption = ({ key }: ServiceSettings) =>
  key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key.arn, kmsDataKeyReusePeriodSeconds: 300 };

export interface DeadLetterQueueArgs extends ServiceArgs {
  /**
   * Whether a queue redrives to it, which is then the only one that may; else none may, and functions alone send to it.
   * @default false
   */
  readonly redriveTarget?: boolean;
}

/**
 * A queue that nobody reads by itself: what could not be done waits here for a person, and an alarm says so.
 * Its name is `<name>` in full, so that the queue tells whose failures it holds.
 */
export class DeadLetterQueue extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:DeadLetterQueue";
  readonly queue: aws.sqs.Queue;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super(DeadLetterQueue.__pulumiType, name, args, opts);
    const child = { parent: this };
    this.queue = new aws.sqs.Queue(
      name,
      {
        messageRetentionSeconds: FOURTEEN_DAYS_SECONDS,
        ...(args.redriveTarget ? {} : { redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) }),
        ...encryption(this.settings),
      },
      child,
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: this.queue.url, policy: policyDocument([denyPlaintext(["sqs:*"], this.queue.arn)]) },
      child,
    );
    alarmAboveZero(
      `${name}-alarm`,
      {
        description: "Something could not be done and waits to be looked at",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: this.queue.name },
        statistic: "Maximum",
      },
      this.settings,
      this,
    );
    this.registerOutputs({ arn: this.queue.arn });
  }

  grantSend(): Grant {
    return { statements: [allow("KeepFailures", ["sqs:SendMessage"], this.queue.arn)], environment: {} };
  }
}

export interface WorkQueueArgs extends ServiceArgs {
  /** At least six times the timeout of the function that reads it (AWS's advice). @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** Receives before a message is a dead letter. @default 5 */
  readonly maxReceiveCount?: number;
  /** A topic that may send to it. */
  readonly topicArn?: pulumi.Input<string>;
}

/**
 * A queue with its dead-letter queue, reachable over TLS alone. Only this queue may use the dead-letter queue.
 * @example const queue = new WorkQueue(`${name}-notifications`, { ...args }, { parent: this });
 */
export class WorkQueue extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:WorkQueue";
  readonly queue: aws.sqs.Queue;
  readonly policy: aws.sqs.QueuePolicy;
  readonly deadLetters: DeadLetterQueue;
  readonly visibilityTimeoutSeconds: number;

  constructor(name: string, args: WorkQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super(WorkQueue.__pulumiType, name, args, opts);
    const child = { parent: this };
    this.visibilityTimeoutSeconds = args.visibilityTimeoutSeconds ?? 30;
    this.deadLetters = new DeadLetterQueue(`${name}-dead-letters`, { ...args, redriveTarget: true }, child);
    this.queue = new aws.sqs.Queue(
      name,
      {
        visibilityTimeoutSeconds: this.visibilityTimeoutSeconds,
        messageRetentionSeconds: FOURTEEN_DAYS_SECONDS,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.queue.arn,
          maxReceiveCount: args.maxReceiveCount ?? 5,
        }),
        ...encryption(this.settings),
      },
      child,
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-redrive-allow`,
      {
        queueUrl: this.deadLetters.queue.url,
        redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [this.queue.arn] }),
      },
      child,
    );
    this.policy = new aws.sqs.QueuePolicy(
      `${name}-policy`,
      {
        queueUrl: this.queue.url,
        policy: policyDocument([
          ...(args.topicArn === undefined ? [] : [allowTopic(args.topicArn, this.queue.arn)]),
          denyPlaintext(["sqs:*"], this.queue.arn),
        ]),
      },
      child,
    );
    this.registerOutputs({ arn: this.queue.arn, url: this.queue.url });
  }

  /** To send, without an environment key: what it is called differs from sender to sender. */
  grantSend(sid: string): Grant {
    return { statements: [allow(sid, ["sqs:SendMessage"], this.queue.arn)], environment: {} };
  }

  /** What an event source mapping needs of the function's role. */
  grantConsume(): Grant {
    const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    return { statements: [allow("ConsumeQueue", actions, this.queue.arn)], environment: {}, policy: "source" };
  }
}

const allowTopic = (topicArn: pulumi.Input<string>, queueArn: pulumi.Input<string>): aws.iam.PolicyStatement => ({
  Sid: "TopicDelivers",
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: ["sqs:SendMessage"],
  Resource: queueArn,
  Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
});
