import type { Contract, EventContract } from "./contract.ts";
import { nexusError } from "./errors.ts";
import type { DomainEvent, RecordedEvent } from "./event.ts";

/** What a decision may know besides state and command. Time and ids come from here, so that `decide` stays pure. */
export interface DecisionContext {
  readonly aggregateId: string;
  /** Instant of the request, RFC 3339 UTC with milliseconds. */
  readonly now: string;
  /** A new ULID at each call. */
  readonly newId: () => string;
  /** The caller's ARN. */
  readonly actor: string;
}

export interface CommandDefinition<State, Event extends DomainEvent, Payload> {
  readonly schema: Contract<Payload>;
  /**
   * The events the command leads to, none when there is nothing to do; throws a `DomainError` when a rule says no. Pure:
   * state and payload are frozen.
   */
  readonly decide: (state: State, payload: Payload, context: DecisionContext) => readonly Event[];
}

export interface AggregateDefinition<State = unknown, Event extends DomainEvent = DomainEvent> {
  /** Lower case, such as `order`. */
  readonly name: string;
  readonly initialState: () => State;
  /**
   * Version of what `evolve` makes of the events, from 1. Where it is given, snapshots outlive every release that leaves
   * it as it is: raise it whenever `evolve`, or what it calls, folds the same events into another state.
   * @default snapshots are set aside by every change of the service's code
   */
  readonly stateVersion?: number;
  /**
   * Total: every event type of the aggregate, in its current schema version. Pure: state and event are frozen, and the
   * state it returns is from then on. A state is plain JSON. An event that it throws on is not stored.
   */
  readonly evolve: (state: State, event: Event) => State;
  /** Every version of every event of the aggregate. `decide` emits the highest of each type. */
  readonly events: readonly EventContract[];
  // biome-ignore lint/suspicious/noExplicitAny: payload types differ from command to command
  readonly commands: Readonly<Record<string, CommandDefinition<State, Event, any>>>;
}

export type FieldType = "keyword" | "text" | "integer" | "double" | "boolean" | "date";

export type ReadModelDocument = { readonly [field: string]: unknown };

/** A read model with one document an aggregate. */
export interface ProjectionDefinition<Document extends ReadModelDocument = ReadModelDocument> {
  /** Kebab case, such as `order-list`: the resource type of the query API. */
  readonly name: string;
  /** The aggregate whose events it reads. */
  readonly aggregate: string;
  /** The fields that can be filtered and sorted; those of type `text` are searched by `q`. */
  readonly fields: Readonly<Record<string, FieldType>>;
  /** The document after the event; `undefined` before the first. Unknown event types return the document unchanged. */
  readonly transform: (document: Document | undefined, event: RecordedEvent) => Document | undefined;
  /** The topic of the notification that follows each change, such as `orders`; none when left out. */
  readonly topic?: string;
}

/** Turns version `from` of an event into version `from + 1`. */
export interface Upcaster {
  readonly type: string;
  readonly from: number;
  readonly upcast: (data: object) => object;
}

/**
 * Who may do what, among those whom IAM lets through. Callers are ARNs as IAM knows them, in which `*` stands for any
 * characters: `arn:aws:sts::123456789012:assumed-role/back-office/*`. What is not listed is open to all of them.
 */
export interface AccessDefinition {
  /** By command type. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Queries for the past of an aggregate. */
  readonly temporal?: readonly string[];
  /** The events of all aggregates by time. */
  readonly events?: readonly string[];
}

export interface ServiceDefinition {
  /** Kebab case, such as `orders`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the state and event types differ from aggregate to aggregate
  readonly aggregates: readonly AggregateDefinition<any, any>[];
  readonly projections: readonly ProjectionDefinition[];
  readonly upcasters: readonly Upcaster[];
  /** @default whoever IAM lets through may do everything */
  readonly access?: AccessDefinition;
}

export const aggregate = <State, Event extends DomainEvent>(
  definition: AggregateDefinition<State, Event>,
): AggregateDefinition<State, Event> => definition;

export const projection = <Document extends ReadModelDocument>(
  definition: ProjectionDefinition<Document>,
): ProjectionDefinition => definition as unknown as ProjectionDefinition;

type ServiceInput = Omit<ServiceDefinition, "upcasters"> & Partial<Pick<ServiceDefinition, "upcasters">>;

/**
 * The one description of a service, read by the Pulumi program and by every Lambda.
 * Throws `NEXUS_CONFIGURATION_INVALID` when names clash or a projection reads an unknown aggregate.
 */
export const service = (definition: ServiceInput): ServiceDefinition => {
  const fail = (message: string) => nexusError("NEXUS_CONFIGURATION_INVALID", `service ${definition.name}: ${message}`);
  const unique = (what: string, names: readonly string[]) => {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw fail(`${what} ${twice} is defined twice`);
  };
  const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
  for (const name of [
    definition.name,
    ...definition.aggregates.map((a) => a.name),
    ...definition.projections.map((p) => p.name),
  ])
    if (!kebab.test(name)) throw fail(`${JSON.stringify(name)} is not a kebab-case name`);
  if (definition.aggregates.length === 0) throw fail("it has no aggregate");
  unique(
    "aggregate",
    definition.aggregates.map((a) => a.name),
  );
  unique(
    "projection",
    definition.projections.map((p) => p.name),
  );
  unique(
    "command",
    definition.aggregates.flatMap((a) => Object.keys(a.commands)),
  );
  unique(
    "event",
    definition.aggregates.flatMap((a) => a.events.map((e) => `${e.name}.v${e.version}`)),
  );
  for (const p of definition.projections)
    if (!definition.aggregates.some((a) => a.name === p.aggregate))
      throw fail(
        `projection ${p.name} reads aggregate ${JSON.stringify(p.aggregate)}, which the service does not have`,
      );
  for (const type of Object.keys(definition.access?.commands ?? {}))
    if (!definition.aggregates.some((a) => Object.hasOwn(a.commands, type)))
      throw fail(`access names command ${JSON.stringify(type)}, which the service does not have`);
  const { commands = {}, temporal = [], events = [] } = definition.access ?? {};
  for (const caller of [...Object.values(commands).flat(), ...temporal, ...events])
    if (!caller.startsWith("arn:")) throw fail(`access names caller ${JSON.stringify(caller)}, which is not an ARN`);
  if (definition.projections.some(({ name }) => name === "temporal"))
    throw fail("no projection may be called temporal: queries for the state at an instant have that path");
  return { upcasters: [], ...definition };
};
