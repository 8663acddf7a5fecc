import { NodeHttpHandler } from "@smithy/node-http-handler";
import { lambdaCredentials } from "./lambda-credentials.ts";

export interface ClientLimits {
  readonly maxAttempts: number;
  readonly requestTimeoutMs: number;
}

/** A call to a regional endpoint that takes longer has gone astray; the SDK tries again on a new connection. */
const LIMITS: ClientLimits = { maxAttempts: 3, requestTimeoutMs: 3_000 };
const CONNECTION_TIMEOUT_MS = 1_000;

/** What the SDK clients of a function are made with: one pool of kept-alive connections, tight timeouts. */
export const clientConfiguration = (region: string, { maxAttempts, requestTimeoutMs }: ClientLimits = LIMITS) => ({
  region,
  credentials: lambdaCredentials,
  maxAttempts,
  requestHandler: new NodeHttpHandler({
    connectionTimeout: Math.min(CONNECTION_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  }),
});

export type ClientConfiguration = ReturnType<typeof clientConfiguration>;
