import { assertFulfils, type ServiceCatalog, unregistered } from "../kernel/catalog.ts";
import type { CompatibilityMode, CompatibilityReport } from "../kernel/compatibility/check-compatibility.ts";
import type { EventContract, JsonSchema } from "../kernel/contract.ts";
import { hasFamily, type NexusError, nexusError } from "../kernel/errors.ts";
import type { StoredEvent } from "../kernel/event.ts";
import { registeredName } from "../kernel/registered-schema.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";
import type { RegisteredSchema, SchemaStore } from "../ports/schema-store.ts";
import { Confirmation } from "./confirmation.ts";

export interface SchemaRegistryPorts {
  readonly catalog: ServiceCatalog;
  readonly store: SchemaStore;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
}

/** Glue settles a version within a second or two. */
const SETTLE_ATTEMPTS = 20;
const SETTLE_PAUSE_MS = 250;

/** Loaded when schemas are compared: what validates events at run time never does, unless one has drifted. */
const evolution = () => import("../kernel/schema-evolution.ts");

/**
 * Holds events to schemas that are registered. The code carries the validators; the registry says whether what they were
 * made from stands there, so that what is deployed and what is registered cannot drift apart unseen.
 */
export class SchemaRegistry {
  readonly #ports: SchemaRegistryPorts;
  /** By type, then by version. */
  readonly #confirmations = new Map<string, Confirmation[]>();

  constructor(ports: SchemaRegistryPorts) {
    this.#ports = ports;
    const confirming = { ...ports, settle: (contract: EventContract) => this.#settle(contract) };
    for (const contract of ports.catalog.service.aggregates.flatMap(({ events }): EventContract[] => [...events])) {
      const versions = this.#confirmations.get(contract.name) ?? [];
      versions[contract.version] = new Confirmation(contract, confirming);
      this.#confirmations.set(contract.name, versions);
    }
  }

  /**
   * Registers a version of an event, once it is known to break no reader: neither of the versions before it, nor of what
   * stands under its own name. Errors: `NEXUS_SCHEMA_INCOMPATIBLE`, `NEXUS_SCHEMA_REJECTED`.
   */
  async registerSchema(contract: EventContract): Promise<void> {
    const { store } = this.#ports;
    const { breakingChanges, incompatible } = await evolution();
    const versions = Array.from({ length: contract.version }, (_, index) => index + 1);
    const standing = await Promise.all(versions.map((version) => store.latest(contract.name, version)));
    const before = standing.flatMap((registered) => (registered?.status === "available" ? [registered.schema] : []));
    const changes = breakingChanges(before, contract.schema);
    if (changes.length > 0) throw incompatible(registeredName(contract), "what is registered", changes);
    await store.register(contract);
    const status = await this.#readBack(contract);
    if (status !== "available")
      throw nexusError("NEXUS_SCHEMA_REJECTED", `the registry ended ${registeredName(contract)} as ${status}`, {
        context: { schema: registeredName(contract), status },
      });
  }

  /** What is registered for a version of an event. Errors: `NEXUS_EVENT_UNREGISTERED`. */
  async getSchema(event: string, version: number): Promise<RegisteredSchema> {
    const registered = await this.#ports.store.latest(event, version);
    if (registered !== undefined) return registered;
    throw unregistered(event, version);
  }

  /** How a schema stands to the ones before it, oldest first. Errors: `NEXUS_SCHEMA_INVALID`. */
  async checkCompatibility(
    before: readonly JsonSchema[],
    after: JsonSchema,
    mode: CompatibilityMode,
  ): Promise<CompatibilityReport> {
    const { checkCompatibility } = await evolution();
    return checkCompatibility(before, after, mode);
  }

  /**
   * Asks for everything this code carries at once. Never throws: what is refused is reported here and refused again to
   * whoever needs it, what got no answer is asked for again then.
   */
  async prepare(): Promise<void> {
    const { telemetry } = this.#ports;
    const all = [...this.#confirmations.values()].flatMap((versions) => Object.values(versions));
    const answers = await Promise.allSettled(all.map((confirmation) => confirmation.confirm()));
    const unanswered = answers.flatMap((answer) =>
      answer.status === "rejected" && hasFamily(answer.reason, "infrastructure") ? [answer.reason.message] : [],
    );
    if (unanswered.length > 0) telemetry.warn("registry not asked", { schemas: unanswered.length, unanswered });
  }

  /**
   * Whether the schemas of events are known to be registered: by what was seen within five minutes, or before that, which
   * is then asked again in the background. Error: `NEXUS_EVENT_UNREGISTERED` for one that the code does not have.
   */
  isConfirmed(events: readonly Pick<StoredEvent, "type" | "schemaVersion">[]): boolean {
    for (const event of events) if (!this.#confirmation(event).holds()) return false;
    return true;
  }

  /**
   * Asks for what {@link SchemaRegistry.isConfirmed} does not know. Errors: `NEXUS_EVENT_UNREGISTERED`,
   * `NEXUS_SCHEMA_DRIFT`, `NEXUS_SCHEMA_REJECTED`, and those of the port: what cannot be confirmed is refused.
   */
  async confirm(events: readonly Pick<StoredEvent, "type" | "schemaVersion">[]): Promise<void> {
    for (const event of events) {
      const confirmation = this.#confirmation(event);
      if (!confirmation.holds()) await confirmation.confirm();
    }
  }

  /**
   * The contract an event fulfils. Asks nobody: its schema has been confirmed.
   * Errors: `NEXUS_EVENT_UNREGISTERED`, `NEXUS_EVENT_INVALID` with the path, keyword and type of each violation.
   */
  validate(event: StoredEvent): EventContract {
    const { contract, isConfirmed } = this.#confirmation(event);
    if (!isConfirmed) throw unregistered(event.type, event.schemaVersion);
    assertFulfils(contract, event.data);
    return contract;
  }

  #confirmation({ type, schemaVersion }: Pick<StoredEvent, "type" | "schemaVersion">): Confirmation {
    const confirmation = this.#confirmations.get(type)?.[schemaVersion];
    if (confirmation === undefined) throw unregistered(type, schemaVersion);
    return confirmation;
  }

  async #readBack(contract: EventContract): Promise<"available" | "pending" | "failed" | "missing"> {
    for (let attempt = 1; ; attempt++) {
      const status = (await this.#ports.store.statusOf(contract)) ?? "missing";
      if (status === "available" || status === "failed" || attempt === SETTLE_ATTEMPTS) return status;
      await this.#ports.runtime.sleep(SETTLE_PAUSE_MS);
    }
  }

  /** `undefined` when what the code carries is registered, else why it may not be used. */
  async #settle(contract: EventContract): Promise<NexusError | undefined> {
    const { store } = this.#ports;
    const schema = registeredName(contract);
    const status = await store.statusOf(contract);
    if (status === "available") return undefined;
    if (status !== undefined)
      return nexusError("NEXUS_SCHEMA_REJECTED", `${schema} stands in the registry as ${status}`, {
        context: { schema, status },
      });
    const standing = await store.latest(contract.name, contract.version);
    return standing === undefined
      ? unregistered(contract.name, contract.version)
      : this.#drift(contract, standing.schema);
  }

  /** Names the rules that the deployed schema breaks, as the pull request and the deployment would have. */
  async #drift(contract: EventContract, registered: JsonSchema): Promise<NexusError> {
    const schema = registeredName(contract);
    const { breakingChanges, describeChanges } = await evolution();
    const changes = breakingChanges([registered], contract.schema);
    const broken = changes.length === 0 ? "" : ` It breaks ${describeChanges(changes)}`;
    return nexusError("NEXUS_SCHEMA_DRIFT", `${schema} is deployed with another schema than is registered.${broken}`, {
      context: { schema, rules: [...new Set(changes.map(({ rule }) => rule))], changes },
    });
  }
}
