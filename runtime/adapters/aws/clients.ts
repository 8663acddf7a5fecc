import { NodeHttpHandler } from "@smithy/node-http-handler";
import { lambdaCredentials } from "./lambda-credentials.ts";

/** A call to a regional endpoint that takes longer has gone astray; the SDK tries again on a new connection. */
const CONNECTION_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;

/** What every SDK client of a function is made with: one pool of kept-alive connections, tight timeouts, three tries. */
export const clientConfiguration = (region: string) => ({
  region,
  credentials: lambdaCredentials,
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  }),
});

export type ClientConfiguration = ReturnType<typeof clientConfiguration>;
