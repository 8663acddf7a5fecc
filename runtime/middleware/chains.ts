import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { invocationTime } from "./invocation-time.ts";
import { problemDetails } from "./problem-details.ts";
import { logger, metrics, tracer } from "./telemetry.ts";

/** A Lambda entry point: `async (event, context)`, which is all that nodejs24.x accepts. */
export type LambdaEntry<Event, Result> = (event: Event, context: Context) => Promise<Result>;

const observed = <Event, Result>(chain: middy.MiddyfiedHandler<Event, Result>) =>
  chain
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(captureLambdaHandler(tracer, { captureResponse: false }));

/** Middy's own entry takes Lambda's context whole; what it is given here is exactly that. */
const entry = <Event, Result>(chain: middy.MiddyfiedHandler<Event, Result>): LambdaEntry<Event, Result> => chain;

/**
 * The chain of an HTTP function. The error mapper comes first, so that its `onError` runs last: logger, metrics and
 * tracer see the error itself, the caller its problem details.
 */
export const httpHandler = <Event extends APIGatewayProxyEventV2>(
  handle: (event: Event) => Promise<APIGatewayProxyStructuredResultV2>,
): LambdaEntry<Event, APIGatewayProxyStructuredResultV2> =>
  entry(
    observed(middy<Event, APIGatewayProxyStructuredResultV2>().use(problemDetails()).use(invocationTime())).handler(
      handle,
    ),
  );

/** The chain of a function that reads a stream or a queue, or that nobody waits for. */
export const eventHandler = <Event, Result>(handle: (event: Event) => Promise<Result>): LambdaEntry<Event, Result> =>
  entry(observed(middy<Event, Result>()).handler(handle));
