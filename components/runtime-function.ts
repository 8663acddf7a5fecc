import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleHandler } from "./bundle.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { allow, assumableBy, type Grant, policyDocument } from "./grants.ts";
import { handlerEntry } from "./handler-entry.ts";
import { metricsNamespace, type ServiceArgs, ServiceComponent } from "./service-component.ts";
import { DeadLetterQueue, type WorkQueue } from "./work-queue.ts";

export interface RuntimeFunctionArgs extends ServiceArgs {
  /** A handler of the framework such as `handle-command`, or the absolute path of another module that exports `handler`. */
  readonly handler: string;
  /** All that the function may do, and the environment keys that go with it. @default its own logs and traces */
  readonly grants?: readonly Grant[];
  /** Environment keys that come with no permission. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** @default 10 */
  readonly timeoutSeconds?: number;
  /** CPU grows with it: 1,769 MB are one full core. @default 512 */
  readonly memoryMegabytes?: number;
  /** Concurrent executions kept for it, which are also its limit. @default the account's shared pool */
  readonly reservedConcurrency?: number | undefined;
  /** Where failed asynchronous invocations and stream batches go. @default a queue of its own, `<name>-failures` */
  readonly failures?: DeadLetterQueue;
}

export interface StreamSourceArgs {
  /** A DynamoDB stream or a Kinesis consumer. */
  readonly arn: pulumi.Input<string>;
  /** @default 100 */
  readonly batchSize?: number;
  /** Batches of one shard that run at the same time; order is kept within a partition key. @default 1 */
  readonly parallelizationFactor?: number | undefined;
  /** @default 10 */
  readonly maximumRetryAttempts?: number;
  /** @default 3600 */
  readonly maximumRecordAgeSeconds?: number;
}

/** IAM role names end at 64 characters, of which Pulumi's suffix takes 8 and `-role` 5. */
const LONGEST_NAME = 51;

/**
 * A Lambda function on the framework's runtime: Node 24 on arm64, traced, its role limited to what `grants` name, its
 * log group kept for a set time, and nothing it fails at is lost.
 * @example
 * new RuntimeFunction("orders-queries", { ...args, handler: "answer-query", grants: [readModel.grantSearch()] });
 */
export class RuntimeFunction extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:RuntimeFunction";
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  readonly failures: DeadLetterQueue;
  private readonly name: string;
  private readonly rolePolicies: readonly aws.iam.RolePolicy[];
  private readonly timeoutSeconds: number;

  constructor(name: string, args: RuntimeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(RuntimeFunction.__pulumiType, name, args, opts);
    const { service, serviceModule, sourceMaps, stage, key, network, logLevel, logRetentionDays } = this.settings;
    if (name.length > LONGEST_NAME)
      throw new ConfigurationError(
        `function ${name}: its name has ${name.length} characters, at most ${LONGEST_NAME} fit. Shorten the name of the service or projection.`,
      );
    this.name = name;
    const child = { parent: this };
    const entry = handlerEntry(args.handler);
    this.timeoutSeconds = args.timeoutSeconds ?? 10;
    this.failures = args.failures ?? new DeadLetterQueue(`${name}-failures`, args, child);
    this.role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: assumableBy("lambda.amazonaws.com") }, child);
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { retentionInDays: logRetentionDays, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
      child,
    );
    const grants = [
      ...(args.grants ?? []),
      this.failures.grantSend(),
      grantLogsAndTraces(logs),
      ...(key === undefined ? [] : [key.grantUse()]),
      ...(network === undefined ? [] : [network.grantInterfaces(name)]),
    ];
    this.rolePolicies = [...Map.groupBy(grants, ({ policy }) => policy)].map(
      ([policy, together]) =>
        new aws.iam.RolePolicy(
          policy === undefined ? `${name}-policy` : `${name}-${policy}-policy`,
          { role: this.role.name, policy: policyDocument(together.flatMap(({ statements }) => statements)) },
          child,
        ),
    );
    this.function = new aws.lambda.Function(
      name,
      {
        code: new pulumi.asset.FileArchive(bundleHandler(entry, { serviceModule, sourceMaps })),
        handler: "index.handler",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        role: this.role.arn,
        timeout: this.timeoutSeconds,
        memorySize: args.memoryMegabytes ?? 512,
        environment: {
          variables: {
            SERVICE_NAME: service.name,
            STAGE: stage,
            POWERTOOLS_SERVICE_NAME: service.name,
            POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage),
            POWERTOOLS_LOG_LEVEL: logLevel,
            ...Object.assign({}, ...(args.grants ?? []).map((grant) => grant.environment)),
            ...args.environment,
          },
        },
        loggingConfig: { logFormat: "Text", logGroup: logs.name },
        tracingConfig: { mode: "Active" },
        deadLetterConfig: { targetArn: this.failures.queue.arn },
        ...(args.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: args.reservedConcurrency }),
        ...(key === undefined ? {} : { kmsKeyArn: key.arn }),
        ...(network === undefined ? {} : { vpcConfig: network.functionPlacement() }),
      },
      // Lambda checks at creation that the role may reach the dead-letter queue and the VPC.
      { parent: this, dependsOn: [...this.rolePolicies] },
    );
    this.registerOutputs({ arn: this.function.arn, name: this.function.name });
  }

  /**
   * Reads a stream from its beginning. A batch that fails is halved and tried again a finite number of times; what is
   * left goes to the failure queue, so that one bad record never blocks its shard for ever.
   */
  readStream(role: string, args: StreamSourceArgs): aws.lambda.EventSourceMapping {
    return new aws.lambda.EventSourceMapping(
      `${this.name}-${role}`,
      {
        functionName: this.function.arn,
        eventSourceArn: args.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: args.batchSize ?? 100,
        parallelizationFactor: args.parallelizationFactor ?? 1,
        maximumRetryAttempts: args.maximumRetryAttempts ?? 10,
        maximumRecordAgeInSeconds: args.maximumRecordAgeSeconds ?? 3600,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: this.failures.queue.arn } },
      },
      { parent: this, dependsOn: [...this.rolePolicies] },
    );
  }

  /** Reads a queue; the queue's own redrive takes what keeps failing. */
  readQueue(role: string, queue: WorkQueue, batchSize = 10): aws.lambda.EventSourceMapping {
    if (queue.visibilityTimeoutSeconds < 6 * this.timeoutSeconds)
      throw new ConfigurationError(
        `function ${this.name}: the queue hides a message for ${queue.visibilityTimeoutSeconds} s, which must be at least six times the timeout of ${this.timeoutSeconds} s`,
      );
    return new aws.lambda.EventSourceMapping(
      `${this.name}-${role}`,
      {
        functionName: this.function.arn,
        eventSourceArn: queue.queue.arn,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
      { parent: this, dependsOn: [...this.rolePolicies] },
    );
  }

  /** Lets an API call the function. `source` is the API's execution ARN with stage and route. */
  allowCallsFrom(role: string, source: pulumi.Input<string>): aws.lambda.Permission {
    return new aws.lambda.Permission(
      `${this.name}-${role}`,
      {
        action: "lambda:InvokeFunction",
        function: this.function.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: source,
      },
      { parent: this },
    );
  }
}

/** X-Ray takes no resource: AWS names none for these actions. */
const grantLogsAndTraces = (logs: aws.cloudwatch.LogGroup): Grant => ({
  statements: [
    allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logs.arn}:*`),
    allow("WriteTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
  ],
  environment: {},
});
