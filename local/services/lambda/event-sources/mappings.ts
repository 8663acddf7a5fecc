import type { DatabaseSync } from "node:sqlite";
import {
  type AccessDecision,
  type AccessRequest,
  AwsError,
  type DynamoDbService,
  type EventSourceMappingConfig,
  type FunctionConfig,
  type InvocationResult,
  type KinesisService,
  type MessagingService,
} from "../../contract.ts";
import { queueUrlOf } from "../../message-target.ts";
import type { LambdaLimits } from "../options.ts";
import { Checkpoints } from "./checkpoints.ts";
import { dynamoDbStream } from "./dynamodb-stream.ts";
import type { EventSource, SourceContext } from "./event-source.ts";
import { kinesisStream } from "./kinesis-stream.ts";
import { assertMayRead } from "./permissions.ts";
import { QueueSource } from "./queue-source.ts";
import { StreamSource } from "./stream-source.ts";
import { type SourceKind, validateMapping } from "./validate-mapping.ts";
import { member, textOf } from "./wire.ts";

export interface MappingsOptions {
  readonly database: DatabaseSync;
  readonly region: string;
  readonly dynamodb: DynamoDbService;
  readonly kinesis: KinesisService;
  readonly messaging: MessagingService;
  readonly limits: LambdaLimits;
  readonly clock: () => number;
  readonly authorizeSource: (roleArn: string, access: AccessRequest) => AccessDecision;
  /** By name or ARN. Throws `ResourceNotFoundException`. */
  readonly functionOf: (nameOrArn: string) => FunctionConfig;
  readonly invoke: (functionName: string, payload: string) => Promise<InvocationResult>;
  readonly report: (functionName: string, message: string) => void;
}

/** The event source mappings of the stack. */
export class Mappings {
  readonly #options: MappingsOptions;
  readonly #checkpoints: Checkpoints;
  readonly #sources = new Map<string, { source: EventSource; config: EventSourceMappingConfig }>();
  #started = false;

  constructor(options: MappingsOptions) {
    this.#options = options;
    this.#checkpoints = new Checkpoints(options.database);
  }

  /** Adds a mapping, or changes the one of the same uuid: it goes on reading where it stopped. */
  async put(config: EventSourceMappingConfig): Promise<void> {
    const kind = validateMapping(config);
    const { authorizeSource, functionOf } = this.#options;
    const target = functionOf(config.functionName);
    assertMayRead(config.eventSourceArn, config.onFailureArn, (access) => authorizeSource(target.roleArn, access));
    if (kind === "sqs") await this.#assertVisibility(config, target);
    await this.#take(config.uuid);
    if (!config.enabled) return;
    const source = this.#open(config, kind, target);
    this.#sources.set(config.uuid, { source, config });
    if (this.#started) source.start();
  }

  /** Ends a mapping and forgets how far it had read. */
  async delete(uuid: string): Promise<void> {
    await this.#take(uuid);
    this.#checkpoints.forget(uuid);
  }

  start(): void {
    this.#started = true;
    for (const { source } of this.#sources.values()) source.start();
  }

  /** Reads nothing more; resolves when no batch is in progress. */
  async stop(): Promise<void> {
    this.#started = false;
    await Promise.all([...this.#sources.values()].map(({ source }) => source.stop()));
  }

  async caughtUp(): Promise<boolean> {
    const answers = await Promise.all([...this.#sources.values()].map(({ source }) => source.caughtUp()));
    return answers.every(Boolean);
  }

  async #take(uuid: string): Promise<void> {
    const known = this.#sources.get(uuid);
    this.#sources.delete(uuid);
    await known?.source.stop();
  }

  #open(config: EventSourceMappingConfig, kind: SourceKind, target: FunctionConfig): EventSource {
    const { region, dynamodb, kinesis, messaging, limits, clock, functionOf, invoke, report } = this.#options;
    const context: SourceContext = {
      config,
      target: () => functionOf(config.functionName),
      invoke: (payload) => invoke(config.functionName, payload),
      messaging,
      checkpoints: this.#checkpoints,
      limits,
      clock,
      report: (message) => report(target.name, `event source mapping ${config.uuid}: ${message}`),
    };
    if (kind === "sqs") return new QueueSource(context, region);
    if (kind === "dynamodb") return new StreamSource(context, dynamoDbStream(dynamodb, config.eventSourceArn));
    const { eventSourceArn } = config;
    const source = { eventSourceArn, invokeIdentityArn: target.roleArn, region };
    return new StreamSource(context, kinesisStream(kinesis, source));
  }

  async #assertVisibility(config: EventSourceMappingConfig, target: FunctionConfig): Promise<void> {
    const answer = await this.#options.messaging.call("sqs", "GetQueueAttributes", {
      QueueUrl: queueUrlOf(config.eventSourceArn),
      AttributeNames: ["VisibilityTimeout"],
    });
    const visibilitySeconds = Number(textOf(member(answer, "Attributes"), "VisibilityTimeout") ?? "30");
    if (visibilitySeconds >= target.timeoutSeconds) return;
    throw new AwsError(
      "InvalidParameterValueException",
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`,
    );
  }
}
