import * as pulumi from "@pulumi/pulumi";
import type { EventBus } from "./event-bus.ts";
import type { EventStore } from "./event-store.ts";
import type { HttpApi } from "./http-api.ts";
import type { Notifications } from "./notifications.ts";
import { type DomainSize, ReadModel } from "./read-model.ts";
import { RuntimeFunction } from "./runtime-function.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export const QUERY_ROUTES = {
  list: "GET /api/queries/{resourceType}",
  search: "GET /api/queries/{resourceType}/search",
};

export interface QueryDashboardArgs extends ServiceArgs {
  readonly store: EventStore;
  readonly bus: EventBus;
  readonly notifications: Notifications;
  readonly api: HttpApi;
  /** @default 3 nodes of r7g.large.search with 100 GB each */
  readonly readModel?: DomainSize;
  /** Batches of one shard that a projection works on at the same time. @default 2 */
  readonly projectionParallelization?: number;
  readonly reservedConcurrency?: { readonly queries?: number | undefined; readonly projections?: number | undefined };
}

/**
 * The read side: a read model, a function for each projection that keeps it up to date, and the query API over it.
 * @example new QueryDashboard("orders", { service, serviceModule, store, bus, notifications, api });
 */
export class QueryDashboard extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:QueryDashboard";
  readonly readModel: ReadModel;
  readonly queries: RuntimeFunction;

  constructor(name: string, args: QueryDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    const { reservedConcurrency, readModel: size, ...shared } = args;
    super(QueryDashboard.__pulumiType, name, args, opts);
    const { projections } = this.settings.service;
    const child = { parent: this };
    this.readModel = new ReadModel(name, { ...shared, ...(size === undefined ? {} : { size }) }, child);
    for (const projection of projections)
      this.project(`${name}-project-${projection.name}`, projection.name, shared, reservedConcurrency?.projections);
    this.queries = new RuntimeFunction(
      `${name}-queries`,
      {
        ...shared,
        handler: "answer-query",
        grants: [this.readModel.grantQuery(projections.map((projection) => projection.name))],
        reservedConcurrency: reservedConcurrency?.queries,
      },
      child,
    );
    args.api.addRoutes(`${name}-queries`, QUERY_ROUTES, this.queries, this);
    this.registerOutputs({ readModelUrl: pulumi.interpolate`https://${this.readModel.domain.endpoint}` });
  }

  private project(
    name: string,
    projection: string,
    args: Omit<QueryDashboardArgs, "reservedConcurrency" | "readModel">,
    reservedConcurrency: number | undefined,
  ): void {
    const { store, bus, notifications } = args;
    const { consumer, queue } = bus.delivery(projection);
    const fn = new RuntimeFunction(
      name,
      {
        ...args,
        handler: "project-events",
        // A sixth of the time for which its queue hides a message.
        timeoutSeconds: 5,
        memoryMegabytes: 1024,
        environment: { PROJECTION_NAME: projection },
        grants: [
          store.grantRead(),
          this.readModel.grantProject(projection),
          notifications.grantNotify(),
          bus.grantConsume(projection),
        ],
        reservedConcurrency,
      },
      { parent: this },
    );
    fn.readStream("core", { arn: consumer.arn, parallelizationFactor: args.projectionParallelization ?? 2 });
    if (queue !== undefined) fn.readQueue("standard", queue);
  }
}
