import { nexusError } from "../kernel/errors.ts";

interface KeyDefinition {
  readonly pattern: RegExp;
  /** What a right value looks like; completes "must be ...". */
  readonly expected: string;
}

const NAME = { pattern: /^[A-Za-z0-9_.-]+$/, expected: "a name" };
const QUEUE_URL = { pattern: /^https?:\/\/\S+\/\d{12}\/\S+$/, expected: "the URL of an SQS queue" };

/** Every key that a function may be given, and what it holds. */
export const ENVIRONMENT_KEYS = {
  SERVICE_NAME: NAME,
  STAGE: NAME,
  EVENTS_TABLE_NAME: NAME,
  SCHEMA_REGISTRY_NAME: NAME,
  SNAPSHOTS_TABLE_NAME: NAME,
  SNAPSHOTS_BUCKET_NAME: NAME,
  SNAPSHOT_QUEUE_URL: QUEUE_URL,
  PROPAGATION: { pattern: /^(stream|direct)$/, expected: "stream or direct" },
  CORE_STREAM_NAME: NAME,
  STANDARD_TOPIC_ARN: { pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:\S+$/, expected: "the ARN of an SNS topic" },
  PROJECTION_NAME: NAME,
  READ_MODEL_URL: { pattern: /^https:\/\/\S+$/, expected: "https:// and the endpoint of an OpenSearch domain" },
  NOTIFICATION_QUEUE_URL: QUEUE_URL,
  CONNECTIONS_TABLE_NAME: NAME,
  CONTINUATIONS_TABLE_NAME: NAME,
  RATE_LIMITS_TABLE_NAME: NAME,
  TEMPORAL_RATE_PER_MINUTE: { pattern: /^[1-9]\d{0,2}$/, expected: "a whole number from 1 to 999" },
  WEBSOCKET_ENDPOINT: { pattern: /^https?:\/\/\S+$/, expected: "the https URL of a WebSocket stage" },
  AWS_REGION: { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, expected: "an AWS region" },
} as const satisfies Record<string, KeyDefinition>;

export type EnvironmentKey = keyof typeof ENVIRONMENT_KEYS;

/** Overrides READ_MODEL_URL as it overrides the SDK's endpoints: `https:`, `http:` or `sqlite:` and a path. */
export const READ_MODEL_OVERRIDE = "AWS_ENDPOINT_URL_OPENSEARCH";

/** Set for every function. */
const COMMON = ["SERVICE_NAME", "STAGE", "AWS_REGION"] as const satisfies readonly EnvironmentKey[];

/** A key of our own kind that no function knows is a misspelt one. Lambda sets AWS_LAMBDA_LOG_STREAM_NAME itself. */
const OWN_KIND = /^(?!AWS_).*_(TABLE_NAME|BUCKET_NAME|QUEUE_URL|STREAM_NAME|TOPIC_ARN)$/;

export type Source = Readonly<Record<string, string | undefined>>;

const invalid = (message: string, key: string) =>
  nexusError("NEXUS_CONFIGURATION_INVALID", `environment variable ${key} ${message}`, { context: { key } });

const read = (source: Source, key: EnvironmentKey): string => {
  const value = source[key];
  const { pattern, expected } = ENVIRONMENT_KEYS[key];
  if (value === undefined || value === "") throw invalid(`is not set; it must be ${expected}`, key);
  if (!pattern.test(value)) throw invalid(`is ${JSON.stringify(value)}; it must be ${expected}`, key);
  return value;
};

/**
 * The values of the common keys and of those asked for. Called once, at cold start.
 * Throws `NEXUS_CONFIGURATION_INVALID` naming the key that is missing, malformed or misspelt.
 */
export const readEnvironment = <const K extends EnvironmentKey>(
  keys: readonly K[],
  source: Source = process.env,
): Record<K | (typeof COMMON)[number], string> => {
  const unknown = Object.keys(source).find((key) => OWN_KIND.test(key) && !Object.hasOwn(ENVIRONMENT_KEYS, key));
  if (unknown !== undefined) throw invalid("is not known; look for a misspelling", unknown);
  const wanted = [...COMMON, ...keys];
  return Object.fromEntries(wanted.map((key) => [key, read(source, key)])) as Record<
    K | (typeof COMMON)[number],
    string
  >;
};

/** The read model's address: the override if there is one. */
export const readModelUrl = (source: Source = process.env): string => {
  const override = source[READ_MODEL_OVERRIDE];
  if (override === undefined || override === "") return read(source, "READ_MODEL_URL");
  if (/^(https?:\/\/|sqlite:)\S+$/.test(override)) return override;
  throw invalid(`is ${JSON.stringify(override)}; it must begin with https:, http: or sqlite:`, READ_MODEL_OVERRIDE);
};
