import { Client } from "@opensearch-project/opensearch";
import { AwsSigv4Signer } from "@opensearch-project/opensearch/aws-v3";
import type { ReadModelStore } from "../../ports/read-model-store.ts";
import { lambdaCredentials } from "../aws/lambda-credentials.ts";
import { OpenSearchReadModelStore } from "./opensearch-read-model-store.ts";

const REQUEST_TIMEOUT_MS = 5_000;

/** A domain of Amazon OpenSearch Service is called with signed requests; a node at `http:` without. */
export const openOpenSearch = (url: string, region: string, digest: (text: string) => string): ReadModelStore => {
  const signer = url.startsWith("https:")
    ? AwsSigv4Signer({ region, service: "es", getCredentials: lambdaCredentials })
    : {};
  const client = new Client({ ...signer, node: url, requestTimeout: REQUEST_TIMEOUT_MS, maxRetries: 2 });
  return new OpenSearchReadModelStore(client, digest);
};
