import type { Realiser } from "./monitor.ts";
import type { Realised, Registration } from "./registration.ts";
import type { Properties } from "./values.ts";

/**
 * Holds the resources of a run back until it is allowed, so that the program can load while another decides. Functions of
 * the provider are answered at once: they change nothing.
 */
export class GatedRealiser implements Realiser {
  readonly #allowed: Promise<Realiser>;
  readonly #invoke: Realiser["invoke"];

  /** `allowed` resolves with the realiser that goes on, or rejects with the reason why nothing is to be realised. */
  constructor(allowed: Promise<Realiser>, invoke: Realiser["invoke"]) {
    this.#allowed = allowed;
    this.#invoke = invoke;
    allowed.catch(() => {});
  }

  async realise(registration: Registration): Promise<Realised> {
    return (await this.#allowed).realise(registration);
  }

  async read(type: string, id: string, inputs: Properties): Promise<Properties> {
    return (await this.#allowed).read(type, id, inputs);
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    return this.#invoke(token, args);
  }
}
