import { nexusError } from "./errors.ts";
import type { RecordedEvent } from "./event.ts";
import type { ServiceDefinition, Upcaster } from "./service.ts";

interface Chain {
  readonly newest: number;
  /** Index `n` turns version `n` into `n + 1`. */
  readonly steps: readonly (Upcaster["upcast"] | undefined)[];
}

/** Brings events of any registered version to the current one, so that reducers and projections know only that. */
export class EventUpcaster {
  readonly #chains = new Map<string, Chain>();

  constructor(service: Pick<ServiceDefinition, "aggregates" | "upcasters">) {
    for (const contract of service.aggregates.flatMap((aggregate) => aggregate.events)) {
      const newest = Math.max(contract.version, this.#chains.get(contract.name)?.newest ?? 0);
      const steps: Upcaster["upcast"][] = [];
      for (const { type, from, upcast } of service.upcasters) if (type === contract.name) steps[from] = upcast;
      this.#chains.set(contract.name, { newest, steps });
    }
  }

  /**
   * The data of an event in the current version of its schema.
   * Throws `NEXUS_EVENT_UNREGISTERED` for a type the service does not have, `NEXUS_UPCAST_FAILED` when a step is
   * missing or throws, or when the event is newer than this code.
   */
  data(type: string, schemaVersion: number, data: object): object {
    const chain = this.#chains.get(type);
    if (chain === undefined)
      throw nexusError("NEXUS_EVENT_UNREGISTERED", `the service has no event ${type}`, { context: { type } });
    if (schemaVersion === chain.newest) return data;
    const context = { type, schemaVersion, newest: chain.newest };
    if (schemaVersion > chain.newest)
      throw nexusError(
        "NEXUS_UPCAST_FAILED",
        `${type}.v${schemaVersion} is newer than this code, which knows it up to v${chain.newest}: deploy it`,
        { context },
      );
    let current = data;
    for (let version = schemaVersion; version < chain.newest; version++) {
      const step = chain.steps[version];
      if (step === undefined)
        throw nexusError("NEXUS_UPCAST_FAILED", `no upcaster leads from ${type}.v${version} to v${version + 1}`, {
          context,
        });
      try {
        current = step(current);
      } catch (cause) {
        throw nexusError("NEXUS_UPCAST_FAILED", `the upcaster of ${type}.v${version} failed`, { context, cause });
      }
    }
    return current;
  }

  /** The event itself when it is current. */
  upcast(event: RecordedEvent): RecordedEvent {
    const data = this.data(event.type, event.schemaVersion, event.data);
    const newest = this.#chains.get(event.type)?.newest ?? event.schemaVersion;
    return data === event.data ? event : { ...event, schemaVersion: newest, data };
  }
}
