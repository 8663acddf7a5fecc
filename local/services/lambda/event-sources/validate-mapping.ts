import { AwsError, type EventSourceMappingConfig } from "../../contract.ts";
import { isMessageTarget } from "../../message-target.ts";
import { anyPattern, FilterPatternError } from "./filter-pattern.ts";

export type SourceKind = "dynamodb" | "kinesis" | "sqs";

/** Which service a mapping reads. Refuses by name what is not simulated. */
export const sourceKindOf = (eventSourceArn: string): SourceKind => {
  const service = eventSourceArn.split(":")[2];
  if (service === "dynamodb" || service === "kinesis" || service === "sqs") return service;
  throw refused(
    `event sources of ${service ?? eventSourceArn} are not simulated locally: only dynamodb, kinesis and sqs are`,
  );
};

/** Refuses what CreateEventSourceMapping refuses, and by name what is not simulated. Gives back the source's kind. */
export const validateMapping = (config: EventSourceMappingConfig): SourceKind => {
  const kind = sourceKindOf(config.eventSourceArn);
  if (kind === "sqs") validateQueue(config);
  else validateStream(config, kind);
  within("BatchSize", config.batchSize, 1, 10_000);
  within("MaximumBatchingWindowInSeconds", config.maximumBatchingWindowInSeconds, 0, 300);
  for (const type of config.functionResponseTypes ?? []) {
    if (type !== "ReportBatchItemFailures")
      throw refused(`FunctionResponseTypes: ${type} is not ReportBatchItemFailures`);
  }
  if ((config.filters?.length ?? 0) > 10) throw refused("FilterCriteria takes at most 10 filters");
  try {
    anyPattern(config.filters ?? []);
  } catch (error) {
    if (error instanceof FilterPatternError) throw refused(error.message);
    throw error;
  }
  return kind;
};

const validateQueue = (config: EventSourceMappingConfig): void => {
  if (config.eventSourceArn.endsWith(".fifo")) throw refused("FIFO queues as event sources are not simulated locally");
  onlyForStreams(config, [
    "startingPosition",
    "bisectBatchOnFunctionError",
    "maximumRetryAttempts",
    "maximumRecordAgeInSeconds",
    "parallelizationFactor",
    "tumblingWindowInSeconds",
    "onFailureArn",
  ]);
  within("MaximumConcurrency", config.maximumConcurrency, 2, 1_000);
  if ((config.batchSize ?? 10) > 10 && (config.maximumBatchingWindowInSeconds ?? 0) === 0) {
    throw refused("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
  }
};

const validateStream = (config: EventSourceMappingConfig, kind: SourceKind): void => {
  if (config.maximumConcurrency !== undefined) throw refused("ScalingConfig is only for queues");
  if ((config.tumblingWindowInSeconds ?? 0) > 0) throw refused("TumblingWindowInSeconds is not simulated locally");
  if (config.startingPosition === undefined) throw refused("StartingPosition is required for a stream");
  if (config.startingPosition === "AT_TIMESTAMP") {
    if (kind === "dynamodb") throw refused("Unsupported starting position for stream type: AT_TIMESTAMP");
    if (Number.isNaN(Date.parse(config.startingPositionTimestamp ?? ""))) {
      throw refused("StartingPositionTimestamp must be a time when StartingPosition is AT_TIMESTAMP");
    }
  }
  within("ParallelizationFactor", config.parallelizationFactor, 1, 10);
  within("MaximumRetryAttempts", config.maximumRetryAttempts, -1, 10_000);
  if (config.maximumRecordAgeInSeconds !== -1) {
    within("MaximumRecordAgeInSeconds", config.maximumRecordAgeInSeconds, 60, 604_800);
  }
  if (config.onFailureArn !== undefined && !isMessageTarget(config.onFailureArn)) {
    throw refused(`on-failure destination ${config.onFailureArn} is not simulated locally: only sqs and sns are`);
  }
};

const onlyForStreams = (config: EventSourceMappingConfig, keys: readonly (keyof EventSourceMappingConfig)[]): void => {
  for (const key of keys) {
    const value = config[key];
    if (value !== undefined && value !== false && value !== 0)
      throw refused(`${key} is only for streams, not for queues`);
  }
};

const within = (name: string, value: number | undefined, least: number, most: number): void => {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw refused(`${name} must be an integer from ${least} to ${most}, got ${value}`);
};

const refused = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);
