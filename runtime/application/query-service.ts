import type { ServiceCatalog } from "../kernel/catalog.ts";
import { nexusError } from "../kernel/errors.ts";
import type { ProjectionDefinition } from "../kernel/service.ts";
import type { Page, ReadModelStore } from "../ports/read-model-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import { type QueryParameters, readQuery } from "./query-parameters.ts";

export interface QueryServicePorts {
  readonly catalog: ServiceCatalog;
  readonly readModel: ReadModelStore;
  readonly runtime: Runtime;
}

/** `items` hold the document's own fields with `id` and `version`, and `highlights` where a search found words. */
export interface QueryAnswer {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly cursor?: string;
  readonly total: number;
}

/** What a caller has written and wants to find again. */
export interface MinimumVersion {
  readonly aggregateId: string;
  readonly version: number;
}

const LONGEST_WAIT_MS = 2_000;
const POLL_MS = 25;

const answerOf = (page: Page): QueryAnswer => ({
  items: page.items.map(({ id, version, document, highlights }) => ({
    ...document,
    id,
    version,
    ...(highlights === undefined ? {} : { highlights }),
  })),
  ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  total: page.total,
});

/** Answers questions to the read models. */
export class QueryService {
  readonly #ports: QueryServicePorts;

  constructor(ports: QueryServicePorts) {
    this.#ports = ports;
  }

  /** Errors: `NEXUS_RESOURCE_UNKNOWN`, `NEXUS_REQUEST_INVALID`, `NEXUS_READ_MODEL_BEHIND`, `NEXUS_READ_MODEL_UNAVAILABLE`. */
  async query(resourceType: string, parameters: QueryParameters, minimum?: MinimumVersion): Promise<QueryAnswer> {
    const projection = this.#ports.catalog.projection(resourceType);
    const query = readQuery(projection, parameters);
    if (minimum !== undefined) await this.#awaitVersion(projection, minimum);
    return answerOf(await this.#ports.readModel.query(projection, query));
  }

  /** Full text over the text fields. Errors: as {@link QueryService.query}. */
  async search(resourceType: string, parameters: QueryParameters, minimum?: MinimumVersion): Promise<QueryAnswer> {
    const projection = this.#ports.catalog.projection(resourceType);
    const { q: text, sort, ...rest } = parameters;
    const invalid = (detail: string) => nexusError("NEXUS_REQUEST_INVALID", detail);
    if (text === undefined || text.trim() === "") throw invalid("q is missing: the words to search for");
    if (sort !== undefined) throw invalid("sort does not go with /search, which puts the best match first");
    if (!Object.values(projection.fields).includes("text"))
      throw invalid(`${resourceType} has no text fields to search`);
    const search = { ...readQuery(projection, rest), text };
    if (minimum !== undefined) await this.#awaitVersion(projection, minimum);
    return answerOf(await this.#ports.readModel.search(projection, search));
  }

  async #awaitVersion(projection: ProjectionDefinition, { aggregateId, version }: MinimumVersion): Promise<void> {
    const { readModel, runtime } = this.#ports;
    const deadline = runtime.now() + LONGEST_WAIT_MS;
    for (;;) {
      const current = (await readModel.get(projection, [aggregateId])).get(aggregateId)?.version ?? 0;
      if (current >= version) return;
      if (runtime.now() >= deadline)
        throw nexusError(
          "NEXUS_READ_MODEL_BEHIND",
          `${projection.name} shows ${aggregateId} at version ${current}, not yet ${version}`,
          { context: { aggregateId, version: current, wanted: version } },
        );
      await runtime.sleep(POLL_MS);
    }
  }
}
