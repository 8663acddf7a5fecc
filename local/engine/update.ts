import type { Cloud } from "../drivers/cloud.ts";
import { withDigests } from "./archive.ts";
import type { Realiser } from "./monitor.ts";
import { type Action, decide, withIgnored } from "./plan.ts";
import type { Realised, Registration } from "./registration.ts";
import { type EngineContext, resourceOf, savedOf } from "./resource.ts";
import type { SavedState } from "./state.ts";
import { nameOf } from "./urn.ts";
import type { Properties } from "./values.ts";

export interface UpdateProgress {
  readonly action: Action;
  readonly type: string;
  readonly name: string;
}

/** Inputs that give a resource a name of the program's choosing. Two of one name cannot exist side by side. */
const NAME_INPUTS = ["name", "bucket", "identifier", "domainName", "roleName"];

/**
 * Makes the running stack what the program says. Independent resources are realised concurrently, because the program
 * registers each as soon as its dependencies are answered. Each is saved when it exists, so a run that ends half-way is
 * taken up by the next.
 */
export class Update implements Realiser {
  readonly #context: EngineContext;
  readonly #cloud: Cloud;
  readonly #onProgress: (progress: UpdateProgress) => void;
  readonly #kept = new Set<string>();

  constructor(context: EngineContext, cloud: Cloud, onProgress: (progress: UpdateProgress) => void = () => {}) {
    this.#context = context;
    this.#cloud = cloud;
    this.#onProgress = onProgress;
  }

  /** Whether realising it would make, change or replace anything. */
  changes(registration: Registration): boolean {
    return this.#compare(registration, savedOf(this.#context.state, registration)).action !== "same";
  }

  /** Whether finishing would delete anything. */
  deletes(): boolean {
    const { state } = this.#context;
    return state.discarded().length > 0 || state.all().some(({ urn }) => !this.#kept.has(urn));
  }

  async realise(registration: Registration): Promise<Realised> {
    const { state } = this.#context;
    const saved = this.#adopt(registration);
    const { action, inputs } = this.#compare(registration, saved);
    const generation = (saved?.generation ?? 0) + (action === "replace" ? 1 : 0);
    const resource = resourceOf(this.#context, registration, generation);
    const realised = await this.#apply(action, registration, resource, saved);
    const { id } = realised;
    if (id === undefined) throw new Error("its driver gave no id");
    state.put({
      urn: registration.urn,
      type: registration.type,
      id,
      inputs,
      outputs: { ...registration.inputs, ...realised.outputs },
      protect: registration.options.protect,
      retainOnDelete: registration.options.retainOnDelete,
      generation,
    });
    this.#onProgress({ action, type: registration.type, name: registration.name });
    return realised;
  }

  read(type: string, id: string, inputs: Properties): Promise<Properties> {
    return this.#context.read(type, id, inputs);
  }

  invoke(token: string, args: Properties): Promise<Properties> {
    return this.#context.invoke(token, args);
  }

  /** Deletes what was replaced and what the program no longer registers, dependents first. Call when the program has ended. */
  async finish(): Promise<void> {
    const { state } = this.#context;
    for (const saved of state.discarded()) {
      await this.#delete(saved);
      state.forgetDiscarded(saved);
    }
    for (const saved of state.all()) {
      if (this.#kept.has(saved.urn)) continue;
      if (saved.protect) throw new Error(protectedMessage(saved, "the program no longer registers it"));
      await this.#delete(saved);
      state.forget(saved.urn);
    }
  }

  #compare(registration: Registration, saved: SavedState | undefined) {
    const { driverOf, workingDirectory } = this.#context;
    const inputs = withIgnored(registration, withDigests(registration.inputs, workingDirectory), saved);
    return { inputs, action: decide(registration, inputs, saved, driverOf(registration.type)).action };
  }

  #adopt(registration: Registration): SavedState | undefined {
    const { state } = this.#context;
    this.#kept.add(registration.urn);
    const saved = savedOf(state, registration);
    if (saved === undefined || saved.urn === registration.urn) return saved;
    state.rename(saved.urn, registration.urn);
    return { ...saved, urn: registration.urn };
  }

  async #apply(
    action: Action,
    registration: Registration,
    resource: ReturnType<typeof resourceOf>,
    saved: SavedState | undefined,
  ): Promise<Realised> {
    const driver = this.#context.driverOf(registration.type);
    if (saved === undefined) return driver.create(this.#cloud, resource);
    if (action === "same") return { id: saved.id, outputs: await driver.restore(this.#cloud, resource, saved) };
    if (action === "update" && driver.update !== undefined)
      return { id: saved.id, outputs: await driver.update(this.#cloud, resource, saved) };
    if (saved.protect) throw new Error(protectedMessage(saved, "this change replaces it"));
    const sameName = NAME_INPUTS.some((key) => typeof resource.inputs[key] === "string");
    if (sameName || registration.options.deleteBeforeReplace) {
      await this.#delete(saved);
      return driver.create(this.#cloud, resource);
    }
    const realised = await driver.create(this.#cloud, resource);
    this.#context.state.discard(saved);
    return realised;
  }

  async #delete(saved: SavedState): Promise<void> {
    if (!saved.retainOnDelete) {
      const driver = this.#context.driverOf(saved.type);
      await driver.delete(this.#cloud, saved).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`cannot delete ${saved.type} ${JSON.stringify(nameOf(saved.urn))}: ${reason}`, {
          cause: error,
        });
      });
    }
    this.#onProgress({ action: "delete", type: saved.type, name: nameOf(saved.urn) });
  }
}

/** Why a protected resource was not taken away, and what to do. */
export const protectedMessage = (saved: Pick<SavedState, "type" | "urn">, why: string): string =>
  `${saved.type} ${JSON.stringify(nameOf(saved.urn))} is protected, and ${why}; bring it back, unprotect it in a run of its own, or forget the local state with "nexus reset"`;
