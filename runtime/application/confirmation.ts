import type { EventContract } from "../kernel/contract.ts";
import { isNexusError, type NexusError } from "../kernel/errors.ts";
import { registeredName } from "../kernel/registered-schema.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";

const FRESH_MS = 5 * 60_000;
/** What was refused may be registered any moment; what is stale is not asked for at every request while nobody answers. */
const ASK_AGAIN_MS = 5_000;

export interface ConfirmationPorts {
  readonly runtime: Pick<Runtime, "now">;
  readonly telemetry: Telemetry;
  /** Asks the registry: `undefined` when the contract is registered, else why it is refused. Throws when nobody answers. */
  readonly settle: (contract: EventContract) => Promise<NexusError | undefined>;
}

/**
 * What the registry said of one contract that this code carries, kept for five minutes. Once confirmed it stays in use
 * while it is asked for again; never confirmed, it is not used until somebody answers.
 */
export class Confirmation {
  readonly contract: EventContract;
  readonly #ports: ConfirmationPorts;
  #verdict: "unknown" | "confirmed" | NexusError = "unknown";
  /** Milliseconds since the epoch. */
  #askAgainAt = 0;
  #asking: Promise<void> | undefined;

  constructor(contract: EventContract, ports: ConfirmationPorts) {
    this.contract = contract;
    this.#ports = ports;
  }

  get isConfirmed(): boolean {
    return this.#verdict === "confirmed";
  }

  /** Whether the contract may be used now; asks in the background when that was found out some time ago. */
  holds(): boolean {
    if (this.#verdict !== "confirmed") return false;
    if (this.#ports.runtime.now() >= this.#askAgainAt) this.#refresh();
    return true;
  }

  /** Resolves when the contract may be used, throws why it may not. */
  async confirm(): Promise<void> {
    if (this.#ports.runtime.now() >= this.#askAgainAt) await this.#ask();
    if (this.#verdict instanceof Error) throw this.#verdict;
  }

  /** Not awaited: an invocation may end, and the function be frozen, before the answer is here. Then the next one asks. */
  #refresh(): void {
    this.#askAgainAt = this.#ports.runtime.now() + ASK_AGAIN_MS;
    this.#ask().catch((error: unknown) => {
      this.#ports.telemetry.warn("registry not asked, the last answer stands", {
        schema: registeredName(this.contract),
        code: isNexusError(error) ? error.code : String(error),
      });
    });
  }

  /** One question at a time, whoever waits for the answer. */
  #ask(): Promise<void> {
    this.#asking ??= this.#settle().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #settle(): Promise<void> {
    const { runtime, telemetry, settle } = this.#ports;
    const refusal = await settle(this.contract);
    this.#verdict = refusal ?? "confirmed";
    this.#askAgainAt = runtime.now() + (refusal === undefined ? FRESH_MS : ASK_AGAIN_MS);
    if (refusal === undefined) return;
    telemetry.metric("SchemaRefusals", "Count", 1);
    telemetry.error("a schema of this function may not be used", refusal, refusal.context);
  }
}
