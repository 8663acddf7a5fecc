export { type LocalLambda, openLambda } from "./open-lambda.ts";
export { DEFAULT_LIMITS, type LambdaLimits, type LambdaOptions, type MetricSink } from "./options.ts";
