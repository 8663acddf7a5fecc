/** What the parts of the local cloud know of each other. Each service implements one of these; `local/cloud.ts` joins them. */

/** The account every local resource lives in. */
export const ACCOUNT_ID = "000000000000";

/** An error as AWS answers it. `code` is the short name, such as `ResourceNotFoundException`. */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  /** Further members of the answer's body, such as `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, statusCode = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.statusCode = statusCode;
    this.members = members;
  }
}

/** Ends a subscription. */
export type Unsubscribe = () => void;

/**
 * A service that is called by action name with the JSON of the wire (`PutItem`, `{ TableName, Item }`).
 * Throws an {@link AwsError} as AWS would answer; an action it does not have is refused by name
 * (`UnknownOperationException`), a parameter it does not have likewise (`ValidationException`), never ignored.
 */
export interface JsonService {
  call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Commits what is open and releases the files. */
  close(): Promise<void>;
}

/** Told after new records are durable; the reader then asks with GetRecords. */
export type RecordsListener = (source: { readonly streamArn: string; readonly shardId: string }) => void;

/** DynamoDB and DynamoDB Streams in one: the stream's actions (`DescribeStream`, `GetShardIterator`, `GetRecords`) are called alike. */
export interface DynamoDbService extends JsonService {
  onRecords(listener: RecordsListener): Unsubscribe;
}

export interface KinesisService extends JsonService {
  onRecords(listener: RecordsListener): Unsubscribe;
}

/** SQS, SNS and S3. `forward` hands a request of the wire on as it came and gives the answer back. */
export interface MessagingService {
  forward(request: WireRequest): Promise<WireResponse>;
  /** In-process calls for drivers and event source mappings, by SDK operation name (`ReceiveMessage`, `CreateTopic`). */
  call(service: "sqs" | "sns" | "s3", action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Told when a message may have become visible in a queue; a reader still polls, for messages that come back after their visibility ran out. */
  onMessage(listener: (queueArn: string) => void): Unsubscribe;
  close(): Promise<void>;
}

export interface WireRequest {
  readonly method: string;
  /** Path and query string as they came. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who made a request. For a role: the ARN of the assumed-role session, and the role it stands for. */
export interface Principal {
  readonly arn: string;
  /** ARN of the role or user whose policies count. */
  readonly identityArn: string;
  readonly accessKeyId: string;
  readonly accountId: string;
}

/** An IAM policy document, as JSON or parsed. */
export type PolicyDocument = string | Record<string, unknown>;

export interface AccessRequest {
  /** `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values, such as `aws:SecureTransport`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Why, in the words of AWS's AccessDenied message. */
  readonly reason: string;
}

export interface IamService {
  putRole(role: { name: string; arn: string; assumeRolePolicy: PolicyDocument }): void;
  putUser(user: { name: string; arn: string }): void;
  /** An inline policy of a role or user. */
  putInlinePolicy(identityArn: string, policyName: string, document: PolicyDocument): void;
  deleteInlinePolicy(identityArn: string, policyName: string): void;
  putManagedPolicy(policyArn: string, document: PolicyDocument): void;
  attachPolicy(identityArn: string, policyArn: string): void;
  detachPolicy(identityArn: string, policyArn: string): void;
  /** The policy of a resource: a queue, topic, bucket, key or function. `undefined` takes it away. */
  putResourcePolicy(resourceArn: string, document: PolicyDocument | undefined): void;
  deleteIdentity(identityArn: string): void;
  /** Keys of an identity; the same ones as long as the data folder lives. `sessionName` names the assumed-role session. */
  credentialsFor(identityArn: string, sessionName?: string): Credentials;
  /** The identity behind an access key and its secret, or undefined. */
  lookup(accessKeyId: string): { principal: Principal; credentials: Credentials } | undefined;
  /** Identity and resource policies together, explicit deny first. */
  evaluate(identityArn: string, request: AccessRequest): AccessDecision;
  /** Whether a service principal such as `sns.amazonaws.com` may do it, by the resource's policy alone. */
  evaluateService(servicePrincipal: string, request: AccessRequest): AccessDecision;
}

export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** The unpacked bundle. */
  readonly codeDirectory: string;
  /** SHA-256 of the bundle; a change replaces the workers. */
  readonly codeHash: string;
  /** `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly reservedConcurrency?: number;
  readonly logGroupName: string;
  /** Where the payload of a failed asynchronous invocation goes: the ARN of a queue or topic. */
  readonly deadLetterArn?: string;
}

export interface InvocationResult {
  readonly requestId: string;
  /** What the handler returned, parsed; the error object `{ errorType, errorMessage, trace }` when `functionError` is set. */
  readonly payload: unknown;
  /** `Unhandled` when the handler threw, timed out or the worker died. */
  readonly functionError?: "Unhandled";
  readonly durationMs: number;
}

/** Fields as in `CreateEventSourceMapping`. */
export interface EventSourceMappingConfig {
  readonly uuid: string;
  readonly functionName: string;
  readonly eventSourceArn: string;
  readonly enabled: boolean;
  readonly batchSize?: number;
  readonly maximumBatchingWindowInSeconds?: number;
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  readonly startingPositionTimestamp?: string;
  readonly bisectBatchOnFunctionError?: boolean;
  readonly maximumRetryAttempts?: number;
  readonly maximumRecordAgeInSeconds?: number;
  readonly parallelizationFactor?: number;
  readonly tumblingWindowInSeconds?: number;
  readonly functionResponseTypes?: readonly string[];
  /** ARN of the on-failure destination. */
  readonly onFailureArn?: string;
  /** Filter patterns, JSON each. */
  readonly filters?: readonly string[];
  /** `ScalingConfig.MaximumConcurrency` of a queue. */
  readonly maximumConcurrency?: number;
}

export interface LambdaService {
  putFunction(config: FunctionConfig): Promise<void>;
  deleteFunction(name: string): Promise<void>;
  /** Synchronous invocation by name or ARN. Throws `ResourceNotFoundException` or `TooManyRequestsException`. */
  invoke(nameOrArn: string, payload: unknown, options?: { traceHeader?: string }): Promise<InvocationResult>;
  /** Queued, retried twice, then to the dead-letter target. Survives a restart. */
  invokeAsync(nameOrArn: string, payload: unknown): Promise<void>;
  putEventSourceMapping(config: EventSourceMappingConfig): Promise<void>;
  deleteEventSourceMapping(uuid: string): Promise<void>;
  /** Lets the mappings read; before it they wait, so that a stack comes up whole first. */
  start(): void;
  close(): Promise<void>;
}

/** One line a function wrote, with what the platform knows of it. */
export interface LogLine {
  readonly logGroupName: string;
  readonly functionName: string;
  readonly requestId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Takes log lines, keeps them, and reads metrics in EMF out of them. */
export interface LogSink {
  write(line: LogLine): void;
}
