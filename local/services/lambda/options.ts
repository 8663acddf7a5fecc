import { availableParallelism } from "node:os";
import type {
  AccessDecision,
  AccessRequest,
  Credentials,
  DynamoDbService,
  KinesisService,
  LogSink,
  MessagingService,
} from "../contract.ts";

/** Takes the figures that a service of the platform publishes about itself, such as `AWS/Lambda` `Errors`. */
export interface MetricSink {
  putMetric(datum: {
    readonly namespace: string;
    readonly name: string;
    readonly value: number;
    readonly unit?: string;
    readonly dimensions?: Readonly<Record<string, string>>;
  }): void;
}

export interface LambdaOptions {
  /** SQLite file: the queue of asynchronous invocations, and how far each event source mapping has read. */
  readonly file: string;
  readonly region: string;
  /** Where functions reach the AWS wire protocols; asked when a worker starts. */
  readonly endpointUrl: () => string;
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  /** Given to every function, such as `AWS_ENDPOINT_URL_OPENSEARCH`; a function's own variable of the name wins. */
  readonly extraEnvironment?: Readonly<Record<string, string>>;
  readonly logs: LogSink;
  readonly metrics?: MetricSink;
  readonly dynamodb: DynamoDbService;
  readonly kinesis: KinesisService;
  readonly messaging: MessagingService;
  /** Whether a role may read an event source. */
  readonly authorizeSource: (roleArn: string, access: AccessRequest) => AccessDecision;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Folder for compiled code, kept across runs: loading a bundle then takes about half the time. */
  readonly compileCacheDirectory?: string;
  readonly limits?: Partial<LambdaLimits>;
}

/** Where a laptop differs from AWS in size and pace. */
export interface LambdaLimits {
  /** Workers a function may have at once; its reserved concurrency counts where that is lower. */
  readonly concurrency: number;
  /** Invocations that may wait for a worker of their function; beyond it they are throttled. */
  readonly waitingInvocations: number;
  /** How long an invocation waits for a busy worker before another one is started: a worker costs about 40 MB. */
  readonly scaleUpAfterMs: number;
  /** How long an idle worker is kept. */
  readonly idleWorkerSeconds: number;
  /**
   * Functions that load at the same time when {@link LambdaService.start} warms them, so that the first command does
   * not wait for one cold start after another; 0 leaves each to its first invocation. AWS loads ahead likewise.
   */
  readonly warmAtOnce: number;
  /** How long a handler's module may take to load. */
  readonly initSeconds: number;
  /** Pause before each retry of an asynchronous invocation; their number is the number of retries. AWS: 1 and 2 minutes. */
  readonly asyncRetryDelaysMs: readonly number[];
  /** Pause before retry `n` (from 1) of a batch of a stream. */
  readonly streamRetryDelayMs: (retry: number) => number;
  /** How often a stream is read although nothing announced a record; finds new shards. */
  readonly streamPollMs: number;
  /** How often a queue is read although nothing announced a message; finds those whose visibility ran out. */
  readonly queuePollMs: number;
  /** Batches of one queue in progress at once, where the mapping names no maximum. */
  readonly queueConcurrency: number;
  /** How long `close` waits for running invocations. */
  readonly closeGraceMs: number;
}

export const DEFAULT_LIMITS: LambdaLimits = {
  // Beyond the processors that are there, another worker only adds its memory and the time to warm up.
  concurrency: Math.min(4, Math.max(2, availableParallelism())),
  waitingInvocations: 1_000,
  scaleUpAfterMs: 100,
  idleWorkerSeconds: 300,
  warmAtOnce: 2,
  initSeconds: 10,
  asyncRetryDelaysMs: [1_000, 2_000],
  streamRetryDelayMs: (retry) => Math.min(5_000, 50 * 2 ** (retry - 1)),
  streamPollMs: 5_000,
  queuePollMs: 1_000,
  queueConcurrency: 2,
  closeGraceMs: 3_000,
};
