import { Client } from "@opensearch-project/opensearch";
import { afterAll, beforeAll } from "vitest";
import { OpenSearchReadModelStore } from "../../../../runtime/adapters/opensearch/opensearch-read-model-store.ts";
import { readModelContract } from "../../../contracts/read-model/read-model-contract.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { type OpenSearchNode, startOpenSearch } from "../../../support/engines/opensearch.ts";

describeEngine("OpenSearch", () => {
  let node: OpenSearchNode;
  let client: Client;

  beforeAll(async () => {
    node = await startOpenSearch();
    client = new Client({ node: node.url });
    // A node takes 7 s to start on an idle machine, many times that on a busy one.
  }, 180_000);
  afterAll(async () => {
    await client?.close();
    await node?.close();
  });

  readModelContract(
    () => new OpenSearchReadModelStore(client, new FixedRuntime().digest),
    async () => {
      await client.indices.refresh({ index: "contract-*" });
    },
  );
});
