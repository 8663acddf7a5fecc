import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isNexusError } from "../runtime/kernel/errors.ts";
import { registeredDefinition, registeredName } from "../runtime/kernel/registered-schema.ts";
import { assertEvolution } from "../runtime/kernel/schema-evolution.ts";
import type { ServiceDefinition } from "../runtime/kernel/service.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { allow, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export interface SchemaRegistryArgs extends ServiceArgs {
  /** Name in Glue; a change replaces the registry and every schema. @default `<name>-<stage>` */
  readonly registryName?: string;
}

/**
 * The contracts of a service's events: a Glue registry with one schema for each version of each event.
 * BACKWARD is recorded with every schema; Glue does not enforce it reliably for JSON Schema, so each version is checked
 * here against those before it, and one that breaks their readers fails the preview.
 * @example const registry = new SchemaRegistry("orders", { service, serviceModule });
 */
export class SchemaRegistry extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:SchemaRegistry";
  readonly registryName: pulumi.Output<string>;
  private readonly registry: aws.glue.Registry;
  private readonly schemas: readonly aws.glue.Schema[];

  constructor(name: string, args: SchemaRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super(SchemaRegistry.__pulumiType, name, args, opts, { eventTypes: eventTypes(args.service) });
    const { service, stage, protect } = this.settings;
    checkEvolution(service);
    this.registry = new aws.glue.Registry(
      `${name}-registry`,
      {
        registryName: args.registryName ?? `${name}-${stage}`,
        description: `Event contracts of ${service.name} (${stage})`,
      },
      { parent: this, protect },
    );
    this.schemas = service.aggregates.flatMap(({ events }) =>
      events.map(
        (event) =>
          new aws.glue.Schema(
            `${name}-${event.name}-v${event.version}`,
            {
              registryArn: this.registry.arn,
              schemaName: registeredName(event),
              description: `${event.name} version ${event.version} of ${event.aggregate}, sent over the ${event.route} route`,
              dataFormat: "JSON",
              compatibility: "BACKWARD",
              schemaDefinition: registeredDefinition(event.schema),
              tags: { Aggregate: event.aggregate, Route: event.route },
            },
            { parent: this, protect },
          ),
      ),
    );
    this.registryName = this.registry.registryName;
    this.registerOutputs({ registryName: this.registryName, registryArn: this.registry.arn });
  }

  /** To match the contracts in a function's bundle with those registered, which they are before the function is. */
  grantValidate(): Grant {
    const registered = pulumi.all(this.schemas.map(({ arn }) => arn));
    const registryName = pulumi.all([this.registryName, registered]).apply(([name]) => name);
    const schemas = this.registry.arn.apply((arn) => `${arn.replace(":registry/", ":schema/")}/*`);
    return {
      statements: [
        allow("ReadContracts", ["glue:GetSchemaByDefinition", "glue:GetSchemaVersion"], [this.registry.arn, schemas]),
      ],
      environment: { SCHEMA_REGISTRY_NAME: registryName },
    };
  }
}

/** Every version of every event: the policy pack holds that each is registered. */
const eventTypes = ({ aggregates }: ServiceDefinition): string[] =>
  aggregates.flatMap(({ events }) => events.map(({ name, version }) => `${name}.v${version}`)).sort();

const checkEvolution = ({ aggregates }: ServiceDefinition): void => {
  try {
    assertEvolution(aggregates.flatMap(({ events }) => events));
  } catch (error) {
    if (isNexusError(error)) throw new ConfigurationError(`${error.code}: ${error.message}`, { cause: error });
    throw error;
  }
};
