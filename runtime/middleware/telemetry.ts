import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";
import type { Telemetry } from "../ports/runtime.ts";

// Powertools reads service name, namespace and level from its own environment variables.
export const logger = new Logger();
export const metrics = new Metrics();
/** Subsegments come from the SDK clients; patching every HTTPS call besides would show each twice. */
export const tracer = new Tracer({ captureHTTPsRequests: false });

/** Where use cases report: metrics in EMF, structured log lines. */
export const telemetry: Telemetry = {
  metric: (name, unit, value) => {
    metrics.addMetric(name, unit, value);
  },
  warn: (message, facts) => logger.warn(message, { facts }),
  error: (message, error, facts = {}) =>
    logger.error(message, { error: error instanceof Error ? error : new Error(String(error)), facts }),
};

/** Marks log lines and trace of the invocation with where the request came from. */
export const annotateCorrelation = (correlationId: string, traceparent: string | undefined): void => {
  logger.appendKeys({ correlationId, ...(traceparent === undefined ? {} : { traceparent }) });
  if (tracer.isTracingEnabled()) tracer.putAnnotation("correlationId", correlationId);
};
