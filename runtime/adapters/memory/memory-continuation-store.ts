import { CONTINUATION_SECONDS, type ContinuationStore } from "../../ports/continuation-store.ts";

/** Partial answers in memory, for tests of services. */
export class MemoryContinuationStore implements ContinuationStore {
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly text: string; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async save(id: string, content: object): Promise<void> {
    this.#kept.set(id, { text: JSON.stringify(content), until: this.#now() + CONTINUATION_SECONDS * 1_000 });
  }

  async load(id: string): Promise<unknown> {
    const found = this.#kept.get(id);
    return found === undefined || found.until <= this.#now() ? undefined : JSON.parse(found.text);
  }
}
