import type { Realiser } from "./monitor.ts";
import type { Realised, Registration } from "./registration.ts";
import type { Update } from "./update.ts";
import type { Properties } from "./values.ts";

export interface Permit {
  /** Resolves when changes are allowed, rejects with the reason why they are not. */
  readonly changes: () => Promise<void>;
  /** Whether what is unchanged since the last run may be put back without waiting for that. */
  readonly unchanged: boolean;
}

/**
 * Holds an update back until its changes are allowed, so that the program can load while another decides. Functions of the
 * provider are answered at once: they change nothing.
 */
export class GatedUpdate implements Realiser {
  readonly #update: Promise<Update>;
  readonly #permit: Permit;
  readonly #invoke: Realiser["invoke"];

  constructor(update: Promise<Update>, permit: Permit, invoke: Realiser["invoke"]) {
    this.#update = update;
    this.#permit = permit;
    this.#invoke = invoke;
  }

  async realise(registration: Registration): Promise<Realised> {
    const update = await this.#update;
    if (!this.#permit.unchanged || update.changes(registration)) await this.#permit.changes();
    return update.realise(registration);
  }

  async read(type: string, id: string, inputs: Properties): Promise<Properties> {
    return (await this.#update).read(type, id, inputs);
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    return this.#invoke(token, args);
  }

  /** See `Update.finish`. */
  async finish(): Promise<void> {
    const update = await this.#update;
    if (update.deletes()) await this.#permit.changes();
    await update.finish();
  }
}
