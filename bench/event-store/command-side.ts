import { MemorySchemaStore } from "../../runtime/adapters/memory/memory-schema-store.ts";
import { MemorySnapshotStore } from "../../runtime/adapters/memory/memory-snapshot-store.ts";
import { nodeRuntime } from "../../runtime/adapters/node/node-runtime.ts";
import { CommandHandler } from "../../runtime/application/command-handler.ts";
import { SchemaRegistry } from "../../runtime/application/schema-registry.ts";
import { SnapshotCreator } from "../../runtime/application/snapshot-creator.ts";
import { SnapshotManager } from "../../runtime/application/snapshot-manager.ts";
import { StreamCache } from "../../runtime/application/stream-cache.ts";
import { StreamLoader } from "../../runtime/application/stream-loader.ts";
import { ValidatedEventStore } from "../../runtime/application/validated-event-store.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import type { Telemetry } from "../../runtime/ports/runtime.ts";
import type { SnapshotStore } from "../../runtime/ports/snapshot-store.ts";
import { catalog } from "./drafts.ts";

const telemetry: Telemetry = { metric: () => {}, warn: () => {}, error: () => {} };

interface Parts {
  readonly events: EventStore;
  readonly store?: SnapshotStore;
  /** Whether folded streams are kept between commands, as a warm function does. */
  readonly warm: boolean;
}

/** The write side as the command function composes it, without the parts around it. */
export const commandSide = ({ events, store = new MemorySnapshotStore(), warm }: Parts) => {
  const runtime = nodeRuntime;
  const snapshots = new SnapshotManager({ store, runtime, telemetry });
  const loader = new StreamLoader({
    catalog,
    events,
    snapshots,
    runtime,
    ...(warm ? { cache: new StreamCache() } : {}),
  });
  const schemas = new MemorySchemaStore(catalog.service.aggregates.flatMap((one) => one.events));
  const registry = new SchemaRegistry({ catalog, store: schemas, runtime, telemetry });
  const log = new ValidatedEventStore({ events, registry, telemetry });
  return {
    snapshots,
    loader,
    creator: new SnapshotCreator(catalog, loader, snapshots),
    commands: new CommandHandler({ catalog, loader, events: log, snapshots, runtime, telemetry }),
  };
};

let sent = 0;
/** A command that adds 1 to a counter. */
export const addTo = (aggregateId: string) => ({
  type: "AddToCounter",
  aggregateId,
  payload: { amounts: [1] },
  commandId: `bench-${++sent}`,
  correlationId: `bench-${sent}`,
  actor: "arn:aws:sts::000000000000:assumed-role/bench/bench",
});
