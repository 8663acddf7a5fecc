import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../runtime/kernel/service.ts";
import { allow, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

/**
 * The newest dialect that Glue takes. The contracts are written in 2020-12, with keywords that mean the same in both.
 * https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html
 */
const GLUE_DIALECT = "http://json-schema.org/draft-07/schema#";

export interface SchemaRegistryArgs extends ServiceArgs {
  /** Name in Glue; a change replaces the registry and every schema. @default `<name>-<stage>` */
  readonly registryName?: string;
}

/**
 * The contracts of a service's events: a Glue registry with one schema for each version of each event.
 * BACKWARD is recorded with every schema; Glue does not enforce it reliably for JSON Schema, so compatibility is
 * checked by the framework itself.
 * @example const registry = new SchemaRegistry("orders", { service, serviceModule });
 */
export class SchemaRegistry extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:SchemaRegistry";
  readonly registryName: pulumi.Output<string>;
  private readonly registry: aws.glue.Registry;

  constructor(name: string, args: SchemaRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super(SchemaRegistry.__pulumiType, name, args, opts, { eventTypes: eventTypes(args.service) });
    const { service, stage, protect } = this.settings;
    this.registry = new aws.glue.Registry(
      `${name}-registry`,
      {
        registryName: args.registryName ?? `${name}-${stage}`,
        description: `Event contracts of ${service.name} (${stage})`,
      },
      { parent: this, protect },
    );
    for (const { name: aggregate, events } of service.aggregates)
      for (const event of events)
        new aws.glue.Schema(
          `${name}-${event.name}-v${event.version}`,
          {
            registryArn: this.registry.arn,
            schemaName: `${event.name}.v${event.version}`,
            description: `${event.name} version ${event.version} of ${aggregate}, sent over the ${event.route} route`,
            dataFormat: "JSON",
            compatibility: "BACKWARD",
            schemaDefinition: JSON.stringify({ ...event.schema, $schema: GLUE_DIALECT }),
            tags: { Aggregate: aggregate, Route: event.route },
          },
          { parent: this, protect },
        );
    this.registryName = this.registry.registryName;
    this.registerOutputs({ registryName: this.registryName, registryArn: this.registry.arn });
  }

  /** To match the contracts in a function's bundle with those registered. */
  grantValidate(): Grant {
    const schemas = this.registry.arn.apply((arn) => `${arn.replace(":registry/", ":schema/")}/*`);
    return {
      statements: [
        allow("ReadContracts", ["glue:GetSchemaByDefinition", "glue:GetSchemaVersion"], [this.registry.arn, schemas]),
      ],
      environment: { SCHEMA_REGISTRY_NAME: this.registryName },
    };
  }
}

/** Every version of every event: the policy pack holds that each is registered. */
const eventTypes = ({ aggregates }: ServiceDefinition): string[] =>
  aggregates.flatMap(({ events }) => events.map(({ name, version }) => `${name}.v${version}`)).sort();
