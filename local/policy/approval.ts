import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Registration } from "../engine/registration.ts";
import type { StateStore } from "../engine/state.ts";
import { canonical } from "../engine/values.ts";

/**
 * Remembers which graph a policy pack has approved, so that a stack that comes up again as it was need not be previewed
 * and judged again: that is half of the time a restart takes.
 */
export class Approval {
  readonly #state: StateStore;
  readonly #pack: string;

  /** `pack` is the folder of the policy pack, if there is one; `environment` is what it is told. */
  constructor(state: StateStore, pack: string | undefined, environment: Readonly<Record<string, string>>) {
    this.#state = state;
    this.#pack =
      pack === undefined
        ? "none"
        : createHash("sha256").update(digestOfFolder(pack)).update(canonical(environment)).digest("hex");
  }

  /** Whether the last graph was approved by this very pack on the same day and config, so that it is likely to be the same again. */
  get isLikely(): boolean {
    return this.#state.fact("approvedBy") === this.#pack;
  }

  /** Whether this graph, to the last input and dependency, is the approved one. */
  covers(registrations: readonly Registration[]): boolean {
    return this.isLikely && this.#state.fact("approvedGraph") === digestOfGraph(registrations);
  }

  record(registrations: readonly Registration[]): void {
    this.#state.setFact("approvedBy", this.#pack);
    this.#state.setFact("approvedGraph", digestOfGraph(registrations));
  }
}

/** Everything that a policy may look at; not where in the source a resource is made. */
const digestOfGraph = (registrations: readonly Registration[]): string => {
  const graph = registrations
    .map(({ source: _source, ...rest }) => canonical(rest))
    .sort()
    .join("\n");
  return createHash("sha256").update(graph).digest("hex");
};

const digestOfFolder = (folder: string): string => {
  const hash = createHash("sha256").update(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    hash.update(entry.isDirectory() ? digestOfFolder(path) : readFileSync(path));
  }
  return hash.digest("hex");
};
