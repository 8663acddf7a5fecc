import {
  CommandService,
  DataKey,
  EventBus,
  EventStore,
  HttpApi,
  loadService,
  Network,
  Notifications,
  OperatorAccess,
  QueryDashboard,
  readConfig,
  SchemaRegistry,
  type ServiceArgs,
  SnapshotManager,
  TemporalQueries,
} from "./components/index.ts";

/** The order service: config -> service -> components -> outputs. */
export default async () => {
  const config = readConfig();
  const { logRetentionDays, logLevel, protect, sourceMaps, alarmTopicArn } = config;
  const loaded = await loadService(new URL("./runtime/domain/service.ts", import.meta.url));
  const { name } = loaded.service;

  const plain: ServiceArgs = { ...loaded, logRetentionDays, logLevel, protect, sourceMaps, alarmTopicArn };
  const key = config.customerManagedKey ? new DataKey(name, plain) : undefined;
  const network = config.network === undefined ? undefined : new Network(name, { ...plain, ...config.network });
  const shared: ServiceArgs = { ...plain, key, network };

  const registry = new SchemaRegistry(name, shared);
  const store = new EventStore(name, { ...shared, ...config.eventsTable });
  const bus = new EventBus(name, {
    ...shared,
    registry,
    store,
    shardCount: config.coreStream.shards,
    routerParallelization: config.parallelization.router,
  });
  const snapshots = new SnapshotManager(name, { ...shared, store });
  const notifications = new Notifications(name, { ...shared, accountLogRole: config.accountLogRole });
  const api = new HttpApi(name, {
    ...shared,
    rateLimitPerSecond: config.throttle.ratePerSecond,
    burstLimit: config.throttle.burst,
  });
  new CommandService(name, {
    ...shared,
    registry,
    store,
    snapshots,
    bus,
    api,
    propagation: config.propagation,
    reservedConcurrency: config.reservedConcurrency.commands,
  });
  new QueryDashboard(name, {
    ...shared,
    store,
    bus,
    notifications,
    api,
    readModel: config.readModel,
    projectionParallelization: config.parallelization.projections,
    reservedConcurrency: config.reservedConcurrency,
  });
  new TemporalQueries(name, { ...shared, store, snapshots, api });
  const operator = new OperatorAccess(name, { ...shared, api, notifications, store, bus });

  return {
    apiUrl: api.url,
    webSocketUrl: notifications.api.url,
    eventsTableName: store.tableName,
    coreStreamName: bus.stream.name,
    standardTopicArn: bus.topic.arn,
    registryName: registry.registryName,
    operatorPolicyArn: operator.policyArn,
  };
};
