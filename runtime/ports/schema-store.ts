import type { EventContract, JsonSchema } from "../kernel/contract.ts";

/** A registry takes a version first and judges it afterwards. */
export type RegistrationStatus = "available" | "pending" | "failed";

export interface RegisteredSchema {
  /** The schema as it was written. */
  readonly schema: JsonSchema;
  readonly status: RegistrationStatus;
}

/**
 * Where the schemas of events are registered, each version of an event under a name of its own.
 * Every call fails with `NEXUS_SCHEMA_REGISTRY_UNAVAILABLE` (ask again) or `NEXUS_ACCESS_DENIED` (the role).
 */
export interface SchemaStore {
  /** Where exactly this content stands, whatever was registered after it; `undefined` when it was never registered. */
  statusOf(contract: EventContract): Promise<RegistrationStatus | undefined>;
  /** What was registered last for a version of an event; `undefined` when nothing was. */
  latest(event: string, version: number): Promise<RegisteredSchema | undefined>;
  /** Hands a schema over. The registry may fail it after this has succeeded: read its status back. */
  register(contract: EventContract): Promise<void>;
}
