import { MemorySchemaStore } from "../adapters/memory/memory-schema-store.ts";
import { MemorySnapshotStore } from "../adapters/memory/memory-snapshot-store.ts";
import { nodeRuntime } from "../adapters/node/node-runtime.ts";
import { SqliteEventStore, type SqliteEventStoreOptions } from "../adapters/sqlite/sqlite-event-store.ts";
import { CommandHandler } from "../application/command-handler.ts";
import { SchemaRegistry } from "../application/schema-registry.ts";
import { SnapshotManager } from "../application/snapshot-manager.ts";
import { StreamCache } from "../application/stream-cache.ts";
import { StreamLoader } from "../application/stream-loader.ts";
import { ValidatedEventStore } from "../application/validated-event-store.ts";
import { ServiceCatalog } from "../kernel/catalog.ts";
import type { ServiceDefinition } from "../kernel/service.ts";
import type { CommitTimeline, EventLog, EventReader } from "../ports/event-store.ts";
import type { Telemetry } from "../ports/runtime.ts";

export interface EmbeddedOptions extends Pick<SqliteEventStoreOptions, "durability"> {
  /** The SQLite file of the log, made where it does not exist. */
  readonly file: string;
  /** Where the service reports. @default nowhere */
  readonly telemetry?: Telemetry;
}

export interface EmbeddedService extends AsyncDisposable {
  readonly commands: Pick<CommandHandler, "handle">;
  /** The log, to be read: what is appended comes from commands. */
  readonly events: EventReader & CommitTimeline & EventLog;
  /** Waits for what is being written and lets go of the file. */
  close(): Promise<void>;
}

const SILENT: Telemetry = { metric: () => {}, warn: () => {}, error: () => {} };

/**
 * The write side of a service in this process, its log in one file: the same definition that is deployed, for one
 * machine, held to the same schemas. Folded aggregates are kept in memory; after a start each is read from its log once.
 * @example
 * await using orders = openService(service, { file: "data/orders.db" });
 * await orders.commands.handle({ type: "CancelOrder", aggregateId: "order-1", payload, commandId, correlationId, actor });
 */
export const openService = (
  definition: ServiceDefinition,
  { file, telemetry = SILENT, ...options }: EmbeddedOptions,
): EmbeddedService => {
  const catalog = new ServiceCatalog(definition);
  const runtime = nodeRuntime;
  const store = new SqliteEventStore(file, options);
  // What the code carries is what is registered: nobody else deploys schemas to this process.
  const schemas = new MemorySchemaStore(definition.aggregates.flatMap((aggregate) => aggregate.events));
  const registry = new SchemaRegistry({ catalog, store: schemas, runtime, telemetry });
  const events = new ValidatedEventStore({ events: store, registry, telemetry });
  const snapshots = new SnapshotManager({ store: new MemorySnapshotStore(), runtime, telemetry });
  const loader = new StreamLoader({ catalog, events, snapshots, runtime, cache: new StreamCache() });
  const commands = new CommandHandler({ catalog, loader, events, snapshots, runtime, telemetry });
  const close = (): Promise<void> => store.close();
  return { commands, events: readerOf(store), close, [Symbol.asyncDispose]: close };
};

const readerOf = (store: SqliteEventStore): EmbeddedService["events"] => ({
  getEvents: (...args) => store.getEvents(...args),
  getEventsByTimeRange: (...args) => store.getEventsByTimeRange(...args),
  getCommitKeys: (...args) => store.getCommitKeys(...args),
  getRecords: (...args) => store.getRecords(...args),
});
