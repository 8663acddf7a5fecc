import { type Client, errors } from "@opensearch-project/opensearch";
import { declaredFields } from "../../kernel/document.ts";
import { isNexusError, type NexusError, nexusError } from "../../kernel/errors.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../../kernel/service.ts";
import type {
  FoundDocument,
  Page,
  Query,
  ReadModelStore,
  Search,
  StoredDocument,
} from "../../ports/read-model-store.ts";
import { type CursorKey, encodeCursor } from "../read-model/cursor.ts";
import { markedLines } from "../read-model/highlights.ts";
import { indexBody, indexName } from "./opensearch-index.ts";
import { queryBody, searchBody } from "./opensearch-queries.ts";

interface IndexedDocument {
  readonly id: string;
  readonly version: number;
  readonly present: boolean;
  readonly source: ReadModelDocument;
}

interface Hit {
  readonly _source?: unknown;
  readonly sort?: readonly unknown[];
  readonly highlight?: Readonly<Record<string, readonly string[]>>;
}

/** Read models in OpenSearch: one index a projection, versions kept by OpenSearch itself. */
export class OpenSearchReadModelStore implements ReadModelStore {
  readonly #client: Client;
  readonly #digest: (text: string) => string;

  constructor(client: Client, digest: (text: string) => string) {
    this.#client = client;
    this.#digest = digest;
  }

  async prepare(projection: ProjectionDefinition): Promise<void> {
    const index = this.#index(projection);
    await this.#guard("make an index", async () => {
      const { body } = await this.#client.indices.exists({ index });
      if (!body)
        await this.#client.indices.create({ index, body: indexBody(projection) as object }).catch((error: unknown) => {
          // Another function made it in the meantime.
          if (!isResponse(error, 400, "resource_already_exists_exception")) throw error;
        });
    });
  }

  async get(projection: ProjectionDefinition, ids: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>> {
    return this.#guard("read documents", async () => {
      const found = new Map<string, StoredDocument>();
      if (ids.length === 0) return found;
      const { body } = await this.#client.mget({ index: this.#index(projection), body: { ids: [...ids] } });
      for (const doc of body.docs) {
        if (!("found" in doc) || !doc.found) continue;
        const { id, version, present, source } = doc._source as unknown as IndexedDocument;
        found.set(id, { id, version, document: present ? source : undefined });
      }
      return found;
    });
  }

  async upsert(
    projection: ProjectionDefinition,
    documents: readonly StoredDocument[],
  ): Promise<readonly ("written" | "stale" | NexusError)[]> {
    const encoded = documents.map((document) => encode(projection, document));
    const lines = documents.flatMap(({ id, version }, index) => {
      const document = encoded[index];
      if (document === undefined || isNexusError(document)) return [];
      return [{ index: { _id: id, version, version_type: "external" } }, document];
    });
    const outcomes = lines.length === 0 ? [] : await this.#bulk(projection, lines);
    return encoded.map((document) => {
      if (isNexusError(document)) return document;
      return outcomes.shift() ?? nexusError("NEXUS_READ_MODEL_UNAVAILABLE", "OpenSearch did not answer for a document");
    });
  }

  async query(projection: ProjectionDefinition, query: Query): Promise<Page> {
    const hits = await this.#search(projection, queryBody(projection, query));
    return pageOf(hits, query.limit, (sort) => (sort.length === 1 ? [null, String(sort[0])] : keyOf(sort)));
  }

  async search(projection: ProjectionDefinition, search: Search): Promise<Page> {
    return pageOf(await this.#search(projection, searchBody(projection, search)), search.limit, keyOf);
  }

  async #bulk(projection: ProjectionDefinition, lines: object[]): Promise<("written" | "stale" | NexusError)[]> {
    return this.#guard("write documents", async () => {
      const { body } = await this.#client.bulk({ index: this.#index(projection), body: lines });
      return body.items.map((item) => {
        const { status = 500, error } = item.index ?? {};
        if (status < 300) return "written";
        if (status === 409) return "stale";
        return nexusError(
          "NEXUS_READ_MODEL_UNAVAILABLE",
          `OpenSearch refused a document: ${error?.type}: ${error?.reason}`,
        );
      });
    });
  }

  async #search(projection: ProjectionDefinition, body: object): Promise<{ hits: readonly Hit[]; total: number }> {
    return this.#guard("search", async () => {
      try {
        const answer = await this.#client.search({ index: this.#index(projection), body });
        const { hits, total } = answer.body.hits;
        return { hits: hits as readonly Hit[], total: typeof total === "number" ? total : (total?.value ?? 0) };
      } catch (error) {
        // Nothing has been projected yet.
        if (isResponse(error, 404, "index_not_found_exception")) return { hits: [], total: 0 };
        throw error;
      }
    });
  }

  #index(projection: ProjectionDefinition): string {
    return indexName(projection, this.#digest);
  }

  async #guard<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      if (isNexusError(cause)) throw cause;
      const denied = cause instanceof errors.ResponseError && (cause.statusCode === 401 || cause.statusCode === 403);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw nexusError(
        denied ? "NEXUS_ACCESS_DENIED" : "NEXUS_READ_MODEL_UNAVAILABLE",
        `could not ${what} in OpenSearch: ${reason}`,
        { cause },
      );
    }
  }
}

const isResponse = (error: unknown, status: number, type: string): boolean =>
  error instanceof errors.ResponseError && error.statusCode === status && error.message.includes(type);

const encode = (projection: ProjectionDefinition, { id, version, document }: StoredDocument): object | NexusError => {
  if (document === undefined) return { id, version, present: false };
  try {
    return { id, version, present: true, source: document, fields: declaredFields(projection, document) };
  } catch (error) {
    if (isNexusError(error)) return error;
    throw error;
  }
};

const keyOf = ([value, id]: readonly unknown[]): CursorKey => [
  typeof value === "number" || typeof value === "string" ? value : null,
  String(id),
];

const pageOf = (
  { hits, total }: { hits: readonly Hit[]; total: number },
  limit: number,
  cursorKey: (sort: readonly unknown[]) => CursorKey,
): Page => {
  const items = hits.slice(0, limit);
  const sort = hits.length > limit ? items.at(-1)?.sort : undefined;
  return { items: items.map(found), ...(sort === undefined ? {} : { cursor: encodeCursor(cursorKey(sort)) }), total };
};

const found = ({ _source, highlight }: Hit): FoundDocument => {
  const { id, version, source } = _source as IndexedDocument;
  const highlights = Object.entries(highlight ?? {}).map(([name, texts]) => [
    name.replace(/^fields\./, ""),
    texts.flatMap(markedLines),
  ]);
  return {
    id,
    version,
    document: source,
    ...(highlight === undefined ? {} : { highlights: Object.fromEntries(highlights) }),
  };
};
