import type * as pulumi from "@pulumi/pulumi";
import type { EventBus } from "./event-bus.ts";
import type { EventStore } from "./event-store.ts";
import type { HttpApi } from "./http-api.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";

export const COMMAND_ROUTES = { post: "POST /api/commands/{commandType}", batch: "POST /api/commands" };

export const PROPAGATIONS = ["stream", "direct"] as const;
/** `stream`: events reach the bus from the table's stream. `direct`: also straight after the commit, which is faster. */
export type Propagation = (typeof PROPAGATIONS)[number];

export interface CommandServiceArgs extends ServiceArgs {
  readonly registry: SchemaRegistry;
  readonly store: EventStore;
  readonly snapshots: SnapshotManager;
  readonly bus: EventBus;
  readonly api: HttpApi;
  /** @default "direct" */
  readonly propagation?: Propagation;
  readonly reservedConcurrency?: number | undefined;
}

/**
 * The write side: takes commands over the HTTP API, decides, and appends.
 * @example new CommandService("orders", { service, serviceModule, registry, store, snapshots, bus, api });
 */
export class CommandService extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:CommandService";
  readonly function: RuntimeFunction;

  constructor(name: string, args: CommandServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super(CommandService.__pulumiType, name, args, opts);
    const propagation = args.propagation ?? "direct";
    this.function = new RuntimeFunction(
      `${name}-commands`,
      {
        ...args,
        handler: "handle-command",
        memoryMegabytes: 1024,
        environment: { PROPAGATION: propagation },
        grants: [
          args.store.grantAppend(),
          args.registry.grantValidate(),
          args.snapshots.grantRead(),
          args.snapshots.grantRequest(),
          ...(propagation === "direct" ? [args.bus.grantPublish()] : []),
        ],
      },
      { parent: this },
    );
    args.api.addRoutes(`${name}-commands`, COMMAND_ROUTES, this.function, this);
    this.registerOutputs({ functionName: this.function.function.name });
  }
}
