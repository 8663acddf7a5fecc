import { canonicalJson } from "../../kernel/canonical-json.ts";
import type { EventContract } from "../../kernel/contract.ts";
import { registeredName } from "../../kernel/registered-schema.ts";
import type { RegisteredSchema, RegistrationStatus, SchemaStore } from "../../ports/schema-store.ts";

/** Schemas in memory, each available at once. */
export class MemorySchemaStore implements SchemaStore {
  readonly #versions = new Map<string, EventContract["schema"][]>();

  constructor(registered: readonly EventContract[] = []) {
    for (const contract of registered) this.#add(contract);
  }

  async statusOf(contract: EventContract): Promise<RegistrationStatus | undefined> {
    const content = canonicalJson(contract.schema);
    const versions = this.#versions.get(registeredName(contract)) ?? [];
    return versions.some((schema) => canonicalJson(schema) === content) ? "available" : undefined;
  }

  async latest(event: string, version: number): Promise<RegisteredSchema | undefined> {
    const schema = this.#versions.get(registeredName({ name: event, version }))?.at(-1);
    return schema === undefined ? undefined : { schema, status: "available" };
  }

  async register(contract: EventContract): Promise<void> {
    if ((await this.statusOf(contract)) === undefined) this.#add(contract);
  }

  #add(contract: EventContract): void {
    const name = registeredName(contract);
    this.#versions.set(name, [...(this.#versions.get(name) ?? []), contract.schema]);
  }
}
