/** How long a partial answer can be gone on with. */
export const CONTINUATION_SECONDS = 86_400;

/**
 * Where a partial answer left off, until somebody asks for the rest. It stays on this side: the caller has a name for it
 * that nothing can be read from or slipped into. Error: `NEXUS_CONTINUATIONS_UNAVAILABLE`, `NEXUS_ACCESS_DENIED`.
 */
export interface ContinuationStore {
  /** Keeps JSON of any size under an id for {@link CONTINUATION_SECONDS}. */
  save(id: string, content: object): Promise<void>;
  /** `undefined` when nothing is kept under the id, or no longer. Asking does not use it up: an answer may get lost. */
  load(id: string): Promise<unknown>;
}
