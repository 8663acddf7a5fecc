import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../runtime/kernel/service.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { DataKey } from "./data-key.ts";
import type { Network } from "./network.ts";
import { taggedBy } from "./tags.ts";

/** What every component of one service is given alike. */
export interface ServiceArgs {
  /** The service whose aggregates and projections become resources. */
  readonly service: ServiceDefinition;
  /** Absolute path of the module that exports it by default; the functions bundle it as `nexus:service`. */
  readonly serviceModule: string;
  /** @default the name of the Pulumi stack */
  readonly stage?: string | undefined;
  /** Encrypts data at rest. @default the keys that AWS manages */
  readonly key?: DataKey | undefined;
  /** Where functions and the search domain run. @default no VPC */
  readonly network?: Network | undefined;
  /** Days that log groups keep their lines; one of the values CloudWatch Logs has. @default 365 */
  readonly logRetentionDays?: number | undefined;
  /** @default "INFO" */
  readonly logLevel?: LogLevel | undefined;
  /** Whether source maps of the functions are written beside their bundles, outside what is deployed. @default true */
  readonly sourceMaps?: boolean | undefined;
  /** Whether Pulumi refuses to delete what holds data. @default true */
  readonly protect?: boolean | undefined;
  /** Topic that is told of alarms. @default alarms change their state and tell nobody */
  readonly alarmTopicArn?: pulumi.Input<string> | undefined;
}

export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The arguments of a service with every default in place. */
export const serviceSettings = (args: ServiceArgs) => ({
  service: args.service,
  serviceModule: args.serviceModule,
  stage: args.stage ?? pulumi.getStack(),
  key: args.key,
  network: args.network,
  logRetentionDays: args.logRetentionDays ?? 365,
  logLevel: args.logLevel ?? "INFO",
  sourceMaps: args.sourceMaps ?? true,
  protect: args.protect ?? true,
  alarmTopicArn: args.alarmTopicArn,
});

export type ServiceSettings = ReturnType<typeof serviceSettings>;

/** The CloudWatch namespace of a stage's own metrics. */
export const metricsNamespace = (stage: string): string => `Nexus/${stage}`;

/** A component of one service: resolves what is common and tags everything below it. */
export abstract class ServiceComponent extends pulumi.ComponentResource {
  protected readonly settings: ServiceSettings;

  constructor(
    type: string,
    name: string,
    args: ServiceArgs,
    opts: pulumi.ComponentResourceOptions = {},
    /** What the policy pack is to know of it. */
    inputs: pulumi.Inputs = {},
  ) {
    const settings = serviceSettings(args);
    const tags = { Service: settings.service.name, Stage: settings.stage, ManagedBy: "pulumi" };
    super(type, name, inputs, pulumi.mergeOptions(opts, { transformations: [taggedBy(tags)] }));
    this.settings = settings;
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      throw new ConfigurationError(`component ${JSON.stringify(name)}: use a name of a-z, 0-9 and hyphens`);
  }
}
