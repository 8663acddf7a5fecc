import type middy from "@middy/core";

/**
 * What an answer may still need once the last request to the log has begun: that request (2 s), direct propagation
 * (1 s), the request for a snapshot (half a second), and the answer itself.
 */
const RESERVED_MS = 3_750;

/** A sandbox handles one invocation at a time. */
let remaining = (): number => Number.POSITIVE_INFINITY;

/** Milliseconds in which a request may still begin whose outcome the caller of this invocation is to learn. */
export const remainingMs = (): number => remaining() - RESERVED_MS;

/** Takes note of how long the invocation may last. */
export const invocationTime = (): middy.MiddlewareObj => ({
  before: ({ context }) => {
    remaining = () => context.getRemainingTimeInMillis();
  },
});
