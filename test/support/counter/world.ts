import { MemoryContinuationStore } from "../../../runtime/adapters/memory/memory-continuation-store.ts";
import { MemoryEventStore } from "../../../runtime/adapters/memory/memory-event-store.ts";
import { MemorySchemaStore } from "../../../runtime/adapters/memory/memory-schema-store.ts";
import { MemorySnapshotStore } from "../../../runtime/adapters/memory/memory-snapshot-store.ts";
import { SqliteReadModelStore } from "../../../runtime/adapters/sqlite/sqlite-read-model-store.ts";
import { type Command, CommandHandler, type CommandReply } from "../../../runtime/application/command-handler.ts";
import { CommitPublisher } from "../../../runtime/application/commit-publisher.ts";
import { PolicyEnforcer } from "../../../runtime/application/policy-enforcer.ts";
import { ProjectionHandler } from "../../../runtime/application/projection-handler.ts";
import { SchemaRegistry } from "../../../runtime/application/schema-registry.ts";
import { SnapshotCreator } from "../../../runtime/application/snapshot-creator.ts";
import { SnapshotManager } from "../../../runtime/application/snapshot-manager.ts";
import type { StreamCache } from "../../../runtime/application/stream-cache.ts";
import { StreamLoader } from "../../../runtime/application/stream-loader.ts";
import { ValidatedEventStore } from "../../../runtime/application/validated-event-store.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import type { StoredEvent } from "../../../runtime/kernel/event.ts";
import { requestRules } from "../../../runtime/kernel/request-rules.ts";
import type { ServiceDefinition } from "../../../runtime/kernel/service.ts";
import type { SnapshotStore } from "../../../runtime/ports/snapshot-store.ts";
import type { WholeEventStore } from "../../contracts/event-store/reading.ts";
import { RecordingChannel, RecordingNotificationQueue, RecordingSnapshotQueue } from "./channels.ts";
import { draft } from "./commits.ts";
import service, { counterList } from "./counter-service.ts";
import { FixedRuntime, RecordingTelemetry } from "./runtime.ts";

/** The use cases of the counter service over memory, with everything around them to be looked at. */
export const counterWorld = (
  parts: {
    events?: WholeEventStore;
    snapshotStore?: SnapshotStore;
    direct?: boolean;
    cache?: StreamCache;
    service?: ServiceDefinition;
  } = {},
) => {
  const catalog = new ServiceCatalog(parts.service ?? service);
  const runtime = new FixedRuntime();
  const telemetry = new RecordingTelemetry();
  const events = parts.events ?? new MemoryEventStore();
  const snapshotStore = parts.snapshotStore ?? new MemorySnapshotStore();
  const continuations = new MemoryContinuationStore(() => runtime.time);
  const snapshotQueue = new RecordingSnapshotQueue();
  const notifications = new RecordingNotificationQueue();
  const channels = { core: new RecordingChannel(), standard: new RecordingChannel() };
  const readModel = new SqliteReadModelStore(":memory:", runtime.digest);
  const snapshots = new SnapshotManager({ store: snapshotStore, queue: snapshotQueue, runtime, telemetry });
  const loader = new StreamLoader({
    catalog,
    events,
    snapshots,
    runtime,
    ...(parts.cache ? { cache: parts.cache } : {}),
  });
  const schemas = new MemorySchemaStore(catalog.service.aggregates.flatMap((one) => one.events));
  const registry = new SchemaRegistry({ catalog, store: schemas, runtime, telemetry });
  const policies = new PolicyEnforcer({ catalog, rules: requestRules(service.access), registry, telemetry });
  const publisher = new CommitPublisher({ catalog, channels, runtime, retries: 3 });
  const commands = new CommandHandler({
    catalog,
    loader,
    events: new ValidatedEventStore({ events, registry, telemetry }),
    snapshots,
    runtime,
    telemetry,
    ...(parts.direct ? { publisher } : {}),
  });
  const projections = new ProjectionHandler({
    catalog,
    projection: counterList,
    events,
    readModel,
    notifications,
    runtime,
    telemetry,
  });

  let sent = 0;
  /** Handles a command; what is not given is made up. */
  const send = (type: string, payload: unknown, overrides: Partial<Command> = {}): Promise<CommandReply> => {
    const commandId = overrides.commandId ?? `sent-${++sent}`;
    return commands.handle({
      type,
      aggregateId: "counter-1",
      payload,
      commandId,
      correlationId: `correlation-of-${commandId}`,
      actor: "arn:aws:iam::000000000000:user/tester",
      ...overrides,
    });
  };
  /** Writes a commit past the command handler. */
  const store = async (aggregateId: string, version: number, stored: readonly StoredEvent[], decidedAt?: string) =>
    events.append(
      { aggregateId, version: version - 1 },
      draft(aggregateId, { events: stored, ...(decidedAt === undefined ? {} : { decidedAt }) }),
    );

  return {
    ...{ catalog, runtime, telemetry, events, snapshotStore, continuations, snapshotQueue, snapshots, loader },
    ...{
      channels,
      publisher,
      registry,
      schemas,
      policies,
      commands,
      readModel,
      notifications,
      projections,
      send,
      store,
    },
    creator: new SnapshotCreator(catalog, loader, snapshots),
  };
};
