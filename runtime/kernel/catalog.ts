import type { EventContract } from "./contract.ts";
import { type NexusError, nexusError } from "./errors.ts";
import type { AggregateDefinition, CommandDefinition, ProjectionDefinition, ServiceDefinition } from "./service.ts";
import { EventUpcaster } from "./upcaster.ts";

// biome-ignore lint/suspicious/noExplicitAny: state, event and payload types differ from aggregate to aggregate
export type AnyAggregate = AggregateDefinition<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyCommand = CommandDefinition<any, any, any>;

export interface KnownCommand {
  readonly type: string;
  readonly aggregate: AnyAggregate;
  readonly command: AnyCommand;
}

/** A service definition, indexed for look-ups by name. */
export class ServiceCatalog {
  readonly service: ServiceDefinition;
  readonly upcaster: EventUpcaster;
  readonly #commands = new Map<string, KnownCommand>();
  /** By type, then by version. */
  readonly #contracts = new Map<string, EventContract[]>();

  constructor(service: ServiceDefinition) {
    this.service = service;
    this.upcaster = new EventUpcaster(service);
    for (const aggregate of service.aggregates) {
      for (const [type, command] of Object.entries(aggregate.commands))
        this.#commands.set(type, { type, aggregate, command });
      for (const contract of aggregate.events) {
        const versions = this.#contracts.get(contract.name) ?? [];
        versions[contract.version] = contract;
        this.#contracts.set(contract.name, versions);
      }
    }
  }

  /** Throws `NEXUS_COMMAND_UNKNOWN` with the known types. */
  command(type: string): KnownCommand {
    const known = this.#commands.get(type);
    if (known !== undefined) return known;
    throw nexusError("NEXUS_COMMAND_UNKNOWN", `the service has no command ${JSON.stringify(type)}`, {
      context: { known: [...this.#commands.keys()] },
    });
  }

  /** Throws `NEXUS_RESOURCE_UNKNOWN` with the known names. */
  projection(name: string): ProjectionDefinition {
    const found = this.service.projections.find((projection) => projection.name === name);
    if (found !== undefined) return found;
    throw nexusError("NEXUS_RESOURCE_UNKNOWN", `the service has no projection ${JSON.stringify(name)}`, {
      context: { known: this.service.projections.map((projection) => projection.name) },
    });
  }

  /** Throws `NEXUS_CONFIGURATION_INVALID`. */
  aggregate(name: string): AnyAggregate {
    const found = this.service.aggregates.find((aggregate) => aggregate.name === name);
    if (found !== undefined) return found;
    throw nexusError("NEXUS_CONFIGURATION_INVALID", `the service has no aggregate ${JSON.stringify(name)}`);
  }

  /** The contract of one version. Throws `NEXUS_EVENT_UNREGISTERED`. */
  contract(type: string, version: number): EventContract {
    const contract = this.#contracts.get(type)?.[version];
    if (contract !== undefined) return contract;
    throw unregistered(type, version);
  }

  /** The contract that an aggregate's new events of a type are held to. Throws `NEXUS_EVENT_UNREGISTERED`. */
  newestContract(aggregate: string, type: string): EventContract {
    const contract = this.#contracts.get(type)?.at(-1);
    if (contract !== undefined && contract.aggregate === aggregate) return contract;
    throw nexusError("NEXUS_EVENT_UNREGISTERED", `aggregate ${aggregate} has no registered event ${type}`, {
      context: { aggregate, type },
    });
  }
}

/** Throws `NEXUS_EVENT_INVALID` with path, keyword and type of each violation, never with a value. */
export const assertFulfils = (contract: EventContract, data: object): void => {
  const errors = contract.validate(data);
  const first = errors[0];
  if (first === undefined) return;
  const { name: type, version } = contract;
  const found = first.valueType === undefined ? "" : ` (${first.keyword}; found ${first.valueType})`;
  throw nexusError(
    "NEXUS_EVENT_INVALID",
    `${type}.v${version} does not match its schema: ${first.path} ${first.message}${found}`,
    { context: { type, version, errors } },
  );
};

export const unregistered = (type: string, version: number): NexusError =>
  nexusError("NEXUS_EVENT_UNREGISTERED", `no schema is registered for ${type}.v${version}`, {
    context: { type, version },
  });
