import { nexusError } from "../../kernel/errors.ts";
import type { ReadModelStore } from "../../ports/read-model-store.ts";

/**
 * The read model at a URL: `sqlite:` and a path, or the endpoint of OpenSearch. Only the adapter that is asked for is
 * loaded. Throws `NEXUS_CONFIGURATION_INVALID` for another scheme.
 */
export const openReadModel = async (
  url: string,
  region: string,
  digest: (text: string) => string,
): Promise<ReadModelStore> => {
  const { protocol } = new URL(url);
  switch (protocol) {
    case "sqlite:": {
      const { SqliteReadModelStore } = await import("../sqlite/sqlite-read-model-store.ts");
      return new SqliteReadModelStore(url.slice(protocol.length), digest);
    }
    case "http:":
    case "https:": {
      const { openOpenSearch } = await import("../opensearch/open-opensearch.ts");
      return openOpenSearch(url, region, digest);
    }
    default:
      throw nexusError("NEXUS_CONFIGURATION_INVALID", `a read model cannot be at ${protocol}; use https: or sqlite:`);
  }
};
