import type { NexusError } from "../kernel/errors.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../kernel/service.ts";

export interface StoredDocument {
  readonly id: string;
  /** Version of the aggregate that the document shows. */
  readonly version: number;
  /** `undefined`: the events up to `version` lead to no document. */
  readonly document: ReadModelDocument | undefined;
}

export interface Filter {
  readonly field: string;
  /** `from` and `to` are inclusive. */
  readonly operator: "equals" | "from" | "to";
  readonly value: string | number | boolean;
}

export interface Query {
  readonly filters: readonly Filter[];
  /** @default by id, ascending */
  readonly sort?: { readonly field: string; readonly direction: "asc" | "desc" };
  readonly limit: number;
  readonly cursor?: string;
}

export interface Search extends Omit<Query, "sort"> {
  /** Words that must all occur, in any of the text fields. */
  readonly text: string;
}

export interface FoundDocument {
  readonly id: string;
  readonly version: number;
  readonly document: ReadModelDocument;
  /** By text field, passages with the found words between `<em>` and `</em>`. */
  readonly highlights?: Readonly<Record<string, readonly string[]>>;
}

export interface Page {
  readonly items: readonly FoundDocument[];
  /** Where the next page begins; missing on the last one. */
  readonly cursor?: string;
  /** Documents that match, over all pages. */
  readonly total: number;
}

/**
 * The documents of the projections. Every call fails with `NEXUS_READ_MODEL_UNAVAILABLE` (ask again) or
 * `NEXUS_ACCESS_DENIED`.
 */
export interface ReadModelStore {
  /** Makes what the projection needs to be written; does nothing when it is there. */
  prepare(projection: ProjectionDefinition): Promise<void>;
  /** Current, not as of the last refresh. Ids without a document or position are missing in the answer. */
  get(projection: ProjectionDefinition, ids: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>>;
  /**
   * Writes each document unless the store has that version or a later one (`stale`, which is no failure).
   * Error of a document: `NEXUS_DOCUMENT_INVALID`.
   */
  upsert(
    projection: ProjectionDefinition,
    documents: readonly StoredDocument[],
  ): Promise<readonly ("written" | "stale" | NexusError)[]>;
  /** Missing values sort last. Error: `NEXUS_REQUEST_INVALID` for a cursor that is not from this query. */
  query(projection: ProjectionDefinition, query: Query): Promise<Page>;
  /** Best match first. Error: as {@link ReadModelStore.query}. */
  search(projection: ProjectionDefinition, search: Search): Promise<Page>;
}
