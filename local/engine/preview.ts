import { withDigests } from "./archive.ts";
import type { Realiser } from "./monitor.ts";
import { decide, type Step, withIgnored } from "./plan.ts";
import type { Realised, Registration } from "./registration.ts";
import { type EngineContext, savedOf } from "./resource.ts";
import type { Properties } from "./values.ts";

/** Compares a program with what exists, and touches nothing. Outputs of what exists stay known, all others are not. */
export class Preview implements Realiser {
  readonly #context: EngineContext;
  readonly #steps: Step[] = [];
  readonly #seen = new Set<string>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  async realise(registration: Registration): Promise<Realised> {
    const { state, driverOf, workingDirectory } = this.#context;
    const saved = savedOf(state, registration);
    if (saved !== undefined) this.#seen.add(saved.urn);
    const inputs = withIgnored(registration, withDigests(registration.inputs, workingDirectory), saved);
    const step = decide(registration, inputs, saved, driverOf(registration.type));
    this.#steps.push(step);
    if (saved === undefined || step.action === "replace") return { outputs: {} };
    const known = Object.entries(saved.outputs).filter(([key]) => !(key in registration.inputs));
    return { id: saved.id, outputs: Object.fromEntries(known) };
  }

  read(type: string, id: string, inputs: Properties): Promise<Properties> {
    return this.#context.read(type, id, inputs);
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    return this.#context.invoke(token, args);
  }

  /** Every step an update would take, deletions last. To be read when the program has ended. */
  steps(): readonly Step[] {
    const deletions = this.#context.state
      .all()
      .filter((saved) => !this.#seen.has(saved.urn))
      .map(({ urn, type }): Step => ({ action: "delete", urn, type, changed: [] }));
    return [...this.#steps, ...deletions];
  }
}

/** The steps that would take away a protected resource. */
export const protectedLosses = (context: EngineContext, steps: readonly Step[]): readonly Step[] =>
  steps.filter(
    ({ action, urn }) => (action === "delete" || action === "replace") && context.state.get(urn)?.protect === true,
  );
