import type { EventContract } from "../kernel/contract.ts";
import { isNexusError, type NexusError } from "../kernel/errors.ts";
import { registeredName } from "../kernel/registered-schema.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";

const FRESH_MS = 5 * 60_000;
/** What was refused may be registered any moment; what is stale is not asked for at every request while nobody answers. */
const ASK_AGAIN_MS = 5_000;

export interface ConfirmationsPorts {
  readonly runtime: Pick<Runtime, "now">;
  readonly telemetry: Telemetry;
  /** Asks the registry: `undefined` when the contract is registered, else why it is refused. Throws when nobody answers. */
  readonly settle: (contract: EventContract) => Promise<NexusError | undefined>;
}

interface Confirmation {
  /** Missing while the contract is good to use. */
  readonly refusal: NexusError | undefined;
  /** Milliseconds since the epoch. */
  readonly askAgainAt: number;
}

/**
 * What the registry said of each contract that this code carries, kept for five minutes. A contract once confirmed stays
 * in use while it is asked for again; one that never was is not used until somebody answers.
 */
export class Confirmations {
  readonly #ports: ConfirmationsPorts;
  readonly #known = new Map<EventContract, Confirmation>();
  readonly #asking = new Map<EventContract, Promise<void>>();

  constructor(ports: ConfirmationsPorts) {
    this.#ports = ports;
  }

  isConfirmed(contract: EventContract): boolean {
    const known = this.#known.get(contract);
    return known !== undefined && known.refusal === undefined;
  }

  /** Whether the contract may be used now; asks in the background when that was found out some time ago. */
  holds(contract: EventContract): boolean {
    const known = this.#known.get(contract);
    if (known === undefined || known.refusal !== undefined) return false;
    if (this.#ports.runtime.now() >= known.askAgainAt) this.#refresh(contract);
    return true;
  }

  /** Resolves when the contract may be used, throws why it may not. */
  async confirm(contract: EventContract): Promise<void> {
    if (!this.#isFresh(contract)) await this.#ask(contract);
    const refusal = this.#known.get(contract)?.refusal;
    if (refusal !== undefined) throw refusal;
  }

  #isFresh(contract: EventContract): boolean {
    const known = this.#known.get(contract);
    return known !== undefined && this.#ports.runtime.now() < known.askAgainAt;
  }

  /** Not awaited: an invocation may end, and the function be frozen, before the answer is here. Then the next one asks. */
  #refresh(contract: EventContract): void {
    const askAgainAt = this.#ports.runtime.now() + ASK_AGAIN_MS;
    this.#known.set(contract, { refusal: undefined, askAgainAt });
    this.#ask(contract).catch((error: unknown) => {
      this.#ports.telemetry.warn("registry not asked, the last answer stands", {
        schema: registeredName(contract),
        code: isNexusError(error) ? error.code : String(error),
      });
    });
  }

  /** One question at a time for each contract, whoever waits for the answer. */
  #ask(contract: EventContract): Promise<void> {
    const asking = this.#asking.get(contract);
    if (asking !== undefined) return asking;
    const answer = this.#settle(contract).finally(() => this.#asking.delete(contract));
    this.#asking.set(contract, answer);
    return answer;
  }

  async #settle(contract: EventContract): Promise<void> {
    const refusal = await this.#ports.settle(contract);
    const fresh = refusal === undefined ? FRESH_MS : ASK_AGAIN_MS;
    this.#known.set(contract, { refusal, askAgainAt: this.#ports.runtime.now() + fresh });
    if (refusal === undefined) return;
    this.#ports.telemetry.metric("SchemaRefusals", "Count", 1);
    this.#ports.telemetry.error("a schema of this function may not be used", refusal, refusal.context);
  }
}
