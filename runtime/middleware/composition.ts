import definition from "nexus:service";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GlueClient } from "@aws-sdk/client-glue";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ApiGatewayConnectionGateway } from "../adapters/apigateway/api-gateway-connection-gateway.ts";
import { type ClientConfiguration, type ClientLimits, clientConfiguration } from "../adapters/aws/clients.ts";
import type { RetryClock } from "../adapters/aws/retries.ts";
import { decodeCommit, type Item } from "../adapters/dynamodb/commit-item.ts";
import { DynamoConnectionStore } from "../adapters/dynamodb/dynamo-connection-store.ts";
import { DynamoContinuationStore } from "../adapters/dynamodb/dynamo-continuation-store.ts";
import { DynamoEventStore } from "../adapters/dynamodb/dynamo-event-store.ts";
import { DynamoRateLimitStore } from "../adapters/dynamodb/dynamo-rate-limit-store.ts";
import { DynamoSnapshotStore } from "../adapters/dynamodb/dynamo-snapshot-store.ts";
import { GlueSchemaStore } from "../adapters/glue/glue-schema-store.ts";
import { KinesisEventChannel } from "../adapters/kinesis/kinesis-event-channel.ts";
import { nodeRuntime } from "../adapters/node/node-runtime.ts";
import { openReadModel } from "../adapters/read-model/open-read-model.ts";
import { jsonPatch } from "../adapters/rfc6902/json-patch.ts";
import { S3SnapshotBodies } from "../adapters/s3/s3-snapshot-bodies.ts";
import { SnsEventChannel } from "../adapters/sns/sns-event-channel.ts";
import { SqsNotificationQueue, SqsSnapshotQueue } from "../adapters/sqs/sqs-queues.ts";
import { CommandBatch } from "../application/command-batch.ts";
import { CommandHandler } from "../application/command-handler.ts";
import { CommitPublisher, type CommitPublisherPorts } from "../application/commit-publisher.ts";
import { ConnectionManager } from "../application/connection-manager.ts";
import { EventRange } from "../application/event-range.ts";
import { EventRouter } from "../application/event-router.ts";
import { NotificationService } from "../application/notification-service.ts";
import { PolicyEnforcer } from "../application/policy-enforcer.ts";
import { ProjectionHandler } from "../application/projection-handler.ts";
import { QueryService } from "../application/query-service.ts";
import { SchemaRegistry } from "../application/schema-registry.ts";
import { SnapshotCreator } from "../application/snapshot-creator.ts";
import { SnapshotManager } from "../application/snapshot-manager.ts";
import { SnapshotScheduler } from "../application/snapshot-scheduler.ts";
import { StreamCache } from "../application/stream-cache.ts";
import { StreamLoader } from "../application/stream-loader.ts";
import { TemporalDiff } from "../application/temporal-diff.ts";
import { TemporalQuery } from "../application/temporal-query.ts";
import { ValidatedEventStore } from "../application/validated-event-store.ts";
import { ServiceCatalog } from "../kernel/catalog.ts";
import { requestRules } from "../kernel/request-rules.ts";
import { readEnvironment, readModelUrl } from "./environment.ts";
import { remainingMs } from "./invocation-time.ts";
import { telemetry, tracer } from "./telemetry.ts";

export type {
  CommandHandler,
  ConnectionManager,
  EventRange,
  EventRouter,
  NotificationService,
  PolicyEnforcer,
  ProjectionHandler,
  QueryService,
  SnapshotCreator,
  SnapshotScheduler,
  TemporalDiff,
  TemporalQuery,
};
export { CommandBatch };

/** The digest of the service module, which the bundler sets; see {@link SnapshotManager}. */
declare const NEXUS_SERVICE_HASH: string | undefined;
const codeHash = typeof NEXUS_SERVICE_HASH === "string" ? { codeHash: NEXUS_SERVICE_HASH } : {};

const runtime = nodeRuntime;

/** What the functions below have in common. Each is called once, at cold start, and makes every client it needs. */
const traced = <Client>(client: Client): Client =>
  tracer.isTracingEnabled() ? tracer.captureAWSv3Client(client) : client;

const dynamoDb = (configuration: ClientConfiguration): DynamoDBClient => traced(new DynamoDBClient(configuration));

/** The event store and the snapshots try again by themselves, within a budget of their own. */
const SINGLE_TRY = { maxAttempts: 1, requestTimeoutMs: 2_000 };

const logClient = (region: string): DynamoDBClient => dynamoDb(clientConfiguration(region, SINGLE_TRY));

/**
 * Asks for every schema that the code carries as soon as the function is loaded; who appends or routes awaits those it
 * needs. Not traced: a cold start belongs to no request.
 */
const schemaRegistry = (catalog: ServiceCatalog, region: string, registryName: string): SchemaRegistry => {
  const store = new GlueSchemaStore(new GlueClient(clientConfiguration(region)), registryName);
  const registry = new SchemaRegistry({ catalog, store, runtime, telemetry });
  void registry.prepare();
  return registry;
};

const snapshotStore = (
  client: DynamoDBClient,
  names: Record<"AWS_REGION" | "SNAPSHOTS_TABLE_NAME" | "SNAPSHOTS_BUCKET_NAME", string>,
  { clock = runtime, limits }: { readonly clock?: RetryClock; readonly limits?: ClientLimits } = {},
): DynamoSnapshotStore => {
  const bodies = new S3SnapshotBodies(clientConfiguration(names.AWS_REGION, limits), names.SNAPSHOTS_BUCKET_NAME);
  return new DynamoSnapshotStore(client, names.SNAPSHOTS_TABLE_NAME, bodies, clock);
};

/** Queue URLs have the public form; requests go to the endpoint that is configured. */
const sqs = (configuration: ClientConfiguration): SQSClient =>
  traced(new SQSClient({ ...configuration, useQueueUrlAsEndpoint: false }));

const commitPublisher = (
  catalog: ServiceCatalog,
  configuration: ClientConfiguration,
  target: Record<"SERVICE_NAME" | "CORE_STREAM_NAME" | "STANDARD_TOPIC_ARN", string>,
  limits: Pick<CommitPublisherPorts, "retries" | "budgetMs">,
): CommitPublisher => {
  const kinesis = traced(new KinesisClient(configuration));
  const sns = traced(new SNSClient(configuration));
  return new CommitPublisher({
    catalog,
    runtime,
    ...limits,
    channels: {
      core: new KinesisEventChannel(kinesis, target.CORE_STREAM_NAME, catalog.service.name),
      standard: new SnsEventChannel(sns, target.STANDARD_TOPIC_ARN, catalog.service.name),
    },
  });
};

/** For what is not lost when it fails here: one short try, so that a slow bus does not hold up the answer. */
const DIRECT_LIMITS = { maxAttempts: 1, requestTimeoutMs: 500 };

export const composeCommandHandler = (): { commands: CommandHandler; policies: PolicyEnforcer } => {
  const environment = readEnvironment([
    "EVENTS_TABLE_NAME",
    "SNAPSHOTS_TABLE_NAME",
    "SNAPSHOTS_BUCKET_NAME",
    "SNAPSHOT_QUEUE_URL",
    "PROPAGATION",
    "SCHEMA_REGISTRY_NAME",
  ]);
  const catalog = new ServiceCatalog(definition);
  const briefly = clientConfiguration(environment.AWS_REGION, DIRECT_LIMITS);
  const client = logClient(environment.AWS_REGION);
  const clock = { ...runtime, remainingMs };
  const events = new DynamoEventStore(client, environment.EVENTS_TABLE_NAME, clock);
  const store = snapshotStore(client, environment, { clock, limits: SINGLE_TRY });
  // The next command finds the same threshold.
  const queue = new SqsSnapshotQueue(sqs(briefly), environment.SNAPSHOT_QUEUE_URL);
  const snapshots = new SnapshotManager({ store, queue, runtime, telemetry, ...codeHash });
  const direct = environment.PROPAGATION === "direct" && {
    publisher: commitPublisher(catalog, briefly, readEnvironment(["CORE_STREAM_NAME", "STANDARD_TOPIC_ARN"]), {
      retries: 0,
      budgetMs: DIRECT_LIMITS.requestTimeoutMs,
    }),
  };
  const loader = new StreamLoader({ catalog, events, snapshots, runtime, cache: new StreamCache() });
  const registry = schemaRegistry(catalog, environment.AWS_REGION, environment.SCHEMA_REGISTRY_NAME);
  const log = new ValidatedEventStore({ events, registry, telemetry });
  return {
    commands: new CommandHandler({ catalog, loader, events: log, snapshots, runtime, telemetry, ...(direct || {}) }),
    policies: new PolicyEnforcer({ catalog, rules: requestRules(definition.access), registry, telemetry }),
  };
};

export const composeEventRouter = (): {
  router: EventRouter;
  decodeImage: (image: Item) => ReturnType<typeof decodeCommit>;
} => {
  const environment = readEnvironment(["CORE_STREAM_NAME", "STANDARD_TOPIC_ARN", "SCHEMA_REGISTRY_NAME"]);
  const catalog = new ServiceCatalog(definition);
  const registry = schemaRegistry(catalog, environment.AWS_REGION, environment.SCHEMA_REGISTRY_NAME);
  const publisher = commitPublisher(catalog, clientConfiguration(environment.AWS_REGION), environment, { retries: 3 });
  return { router: new EventRouter({ registry, publisher, runtime, telemetry }), decodeImage: decodeCommit };
};

export const composeProjectionHandler = async (): Promise<{ projections: ProjectionHandler; service: string }> => {
  const environment = readEnvironment(["PROJECTION_NAME", "EVENTS_TABLE_NAME", "NOTIFICATION_QUEUE_URL"]);
  const catalog = new ServiceCatalog(definition);
  const configuration = clientConfiguration(environment.AWS_REGION);
  const projections = new ProjectionHandler({
    catalog,
    projection: catalog.projection(environment.PROJECTION_NAME),
    events: new DynamoEventStore(logClient(environment.AWS_REGION), environment.EVENTS_TABLE_NAME),
    readModel: await openReadModel(readModelUrl(), environment.AWS_REGION, runtime.digest),
    notifications: new SqsNotificationQueue(sqs(configuration), environment.NOTIFICATION_QUEUE_URL),
    runtime,
    telemetry,
  });
  return { projections, service: catalog.service.name };
};

export const composeQueryService = async (): Promise<QueryService> => {
  const environment = readEnvironment([]);
  const readModel = await openReadModel(readModelUrl(), environment.AWS_REGION, runtime.digest);
  return new QueryService({ catalog: new ServiceCatalog(definition), readModel, runtime });
};

/** The policies of requests of which each client has so many a minute. */
const quotaEnforcer = (
  catalog: ServiceCatalog,
  client: DynamoDBClient,
  settings: Record<"RATE_LIMITS_TABLE_NAME" | "TEMPORAL_RATE_PER_MINUTE", string>,
): PolicyEnforcer => {
  const limits = new DynamoRateLimitStore(client, settings.RATE_LIMITS_TABLE_NAME, runtime);
  const rules = requestRules(definition.access, Number(settings.TEMPORAL_RATE_PER_MINUTE));
  return new PolicyEnforcer({ catalog, rules, limits, telemetry });
};

export const composeTemporalQueries = (): {
  queries: TemporalQuery;
  diffs: TemporalDiff;
  policies: PolicyEnforcer;
} => {
  const environment = readEnvironment([
    "EVENTS_TABLE_NAME",
    "SNAPSHOTS_TABLE_NAME",
    "SNAPSHOTS_BUCKET_NAME",
    "CONTINUATIONS_TABLE_NAME",
    "RATE_LIMITS_TABLE_NAME",
    "TEMPORAL_RATE_PER_MINUTE",
  ]);
  const catalog = new ServiceCatalog(definition);
  const log = logClient(environment.AWS_REGION);
  const events = new DynamoEventStore(log, environment.EVENTS_TABLE_NAME);
  const store = snapshotStore(log, environment, { limits: SINGLE_TRY });
  const client = dynamoDb(clientConfiguration(environment.AWS_REGION));
  const snapshots = new SnapshotManager({ store, runtime, telemetry, ...codeHash });
  const continuations = new DynamoContinuationStore(client, environment.CONTINUATIONS_TABLE_NAME, runtime.now);
  const ports = { catalog, events, snapshots, continuations, runtime };
  return {
    queries: new TemporalQuery(ports),
    diffs: new TemporalDiff({ ...ports, createPatch: jsonPatch }),
    policies: quotaEnforcer(catalog, client, environment),
  };
};

export const composeEventRange = (): { ranges: EventRange; policies: PolicyEnforcer } => {
  const environment = readEnvironment(["EVENTS_TABLE_NAME", "RATE_LIMITS_TABLE_NAME", "TEMPORAL_RATE_PER_MINUTE"]);
  const catalog = new ServiceCatalog(definition);
  const events = new DynamoEventStore(logClient(environment.AWS_REGION), environment.EVENTS_TABLE_NAME);
  const client = dynamoDb(clientConfiguration(environment.AWS_REGION));
  return {
    ranges: new EventRange({ events, runtime }),
    policies: quotaEnforcer(catalog, client, environment),
  };
};

const webSocket = () => {
  const environment = readEnvironment(["CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"]);
  const configuration = clientConfiguration(environment.AWS_REGION);
  const endpoint = environment.WEBSOCKET_ENDPOINT;
  return {
    connections: new DynamoConnectionStore(dynamoDb(configuration), environment.CONNECTIONS_TABLE_NAME, runtime.now),
    gateway: new ApiGatewayConnectionGateway(traced(new ApiGatewayManagementApiClient({ ...configuration, endpoint }))),
  };
};

export const composeConnectionManager = (): ConnectionManager =>
  new ConnectionManager({ catalog: new ServiceCatalog(definition), ...webSocket() });

export const composeNotificationService = (): NotificationService =>
  new NotificationService({ ...webSocket(), telemetry });

export const composeSnapshotCreator = (): SnapshotCreator => {
  const environment = readEnvironment(["EVENTS_TABLE_NAME", "SNAPSHOTS_TABLE_NAME", "SNAPSHOTS_BUCKET_NAME"]);
  const catalog = new ServiceCatalog(definition);
  const client = logClient(environment.AWS_REGION);
  const events = new DynamoEventStore(client, environment.EVENTS_TABLE_NAME);
  const store = snapshotStore(client, environment);
  const snapshots = new SnapshotManager({ store, runtime, telemetry, ...codeHash });
  return new SnapshotCreator(catalog, new StreamLoader({ catalog, events, snapshots, runtime }), snapshots);
};

export const composeSnapshotScheduler = (): SnapshotScheduler => {
  const environment = readEnvironment(["EVENTS_TABLE_NAME", "SNAPSHOT_QUEUE_URL"]);
  const events = new DynamoEventStore(logClient(environment.AWS_REGION), environment.EVENTS_TABLE_NAME);
  const queue = new SqsSnapshotQueue(sqs(clientConfiguration(environment.AWS_REGION)), environment.SNAPSHOT_QUEUE_URL);
  return new SnapshotScheduler(events, queue);
};
