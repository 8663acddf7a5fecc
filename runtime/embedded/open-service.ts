import { MemorySnapshotStore } from "../adapters/memory/memory-snapshot-store.ts";
import { nodeRuntime } from "../adapters/node/node-runtime.ts";
import { SqliteEventStore, type SqliteEventStoreOptions } from "../adapters/sqlite/sqlite-event-store.ts";
import { CommandHandler } from "../application/command-handler.ts";
import { SnapshotManager } from "../application/snapshot-manager.ts";
import { StreamCache } from "../application/stream-cache.ts";
import { StreamLoader } from "../application/stream-loader.ts";
import { ServiceCatalog } from "../kernel/catalog.ts";
import type { ServiceDefinition } from "../kernel/service.ts";
import type { Telemetry } from "../ports/runtime.ts";

export interface EmbeddedOptions extends SqliteEventStoreOptions {
  /** The SQLite file of the log, made where it does not exist. */
  readonly file: string;
  /** Where the service reports. @default nowhere */
  readonly telemetry?: Telemetry;
}

export interface EmbeddedService extends AsyncDisposable {
  readonly commands: Pick<CommandHandler, "handle">;
  readonly events: SqliteEventStore;
  /** Waits for what is being written and lets go of the file. */
  close(): Promise<void>;
}

const SILENT: Telemetry = { metric: () => {}, warn: () => {}, error: () => {} };

/**
 * The write side of a service in this process, its log in one file: the same definition that is deployed, for one
 * machine. Folded aggregates are kept in memory; after a start each is read from its log once.
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
  const events = new SqliteEventStore(file, options);
  const snapshots = new SnapshotManager({ store: new MemorySnapshotStore(), runtime, telemetry });
  const loader = new StreamLoader({ catalog, events, snapshots, runtime, cache: new StreamCache() });
  const commands = new CommandHandler({ catalog, loader, events, snapshots, runtime, telemetry });
  const close = (): Promise<void> => events.close();
  return { commands, events, close, [Symbol.asyncDispose]: close };
};
