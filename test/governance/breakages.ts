import { all, allow, type Change, copy, from, set, without } from "./change-graph.ts";

const TABLE = "dynamodb/table:Table";
const FUNCTION = "lambda/function:Function";
const MAPPING = "eventSourceMapping:EventSourceMapping";

/** For each policy a change of the shipped production stack that breaks it. */
export const breakages: Readonly<Record<string, Change>> = {
  "nexus-apigateway-route-require-iam": set("orders-commands-post-route", "authorizationType", "NONE"),
  "nexus-aws-resource-name-owner": set("orders-core", "tags.Service", undefined),
  "nexus-dynamodb-table-encrypt-items": set("orders-snapshots", "serverSideEncryption.enabled", false, TABLE),
  "nexus-dynamodb-table-expire-snapshots": set("orders-snapshots", "ttl.enabled", false, TABLE),
  "nexus-dynamodb-table-protect-events": set("orders-events", "pointInTimeRecovery.enabled", false),
  "nexus-dynamodb-table-watch-changes": without("orders-immutability-alarm"),
  "nexus-glue-schema-register-events": without("orders-OrderCancelled-v1"),
  "nexus-iam-role-deny-event-changes": allow("orders-project-order-list", ["dynamodb:Query"], [TABLE, "orders-events"]),
  "nexus-iam-role-forbid-wildcards": allow("orders-deliver", ["dynamodb:*"], [TABLE, "orders-connections"]),
  "nexus-iam-role-keep-snapshots": allow("orders-snapshots", ["dynamodb:UpdateItem"], [TABLE, "orders-snapshots"]),
  "nexus-iam-role-limit-writers": allow("orders-snapshots", ["dynamodb:PutItem"], [TABLE, "orders-events"]),
  "nexus-kinesis-stream-encrypt-records": set("orders-core", "encryptionType", "NONE"),
  "nexus-kms-key-encrypt-production": set("orders-notifications", "kmsMasterKeyId", undefined, "sqs/queue:Queue"),
  "nexus-kms-key-rotate-yearly": set("orders-key", "enableKeyRotation", false),
  "nexus-lambda-function-decouple-sides": allow(
    "orders-commands",
    ["es:ESHttpGet"],
    ["opensearch/domain:Domain", "orders-read-model"],
  ),
  "nexus-lambda-function-keep-failures": set("orders-queries", "deadLetterConfig", undefined, FUNCTION),
  "nexus-lambda-function-limit-temporal": set(
    "orders-temporal",
    "environment.variables.TEMPORAL_RATE_PER_MINUTE",
    "60",
    FUNCTION,
  ),
  "nexus-lambda-function-trace-calls": set("orders-queries", "tracingConfig.mode", "PassThrough", FUNCTION),
  "nexus-lambda-function-validate-events": from("orders-router", "environment", [], FUNCTION),
  "nexus-lambda-mapping-bound-retries": set("orders-router-events", "maximumRetryAttempts", -1),
  "nexus-lambda-mapping-guard-bus": copy(
    "orders-project-order-list-core",
    "orders-deliver-core",
    from("orders-deliver-core", "functionName", [[FUNCTION, "orders-deliver"]]),
    MAPPING,
  ),
  "nexus-lambda-mapping-read-whole-stream": set("orders-router-events", "startingPosition", "LATEST"),
  "nexus-lambda-mapping-report-failed-items": set("orders-router-events", "functionResponseTypes", []),
  "nexus-logs-group-limit-retention": set("orders-queries-logs", "retentionInDays", 0),
  "nexus-opensearch-domain-encrypt-data": set("orders-read-model", "nodeToNodeEncryption.enabled", false, "Domain"),
  "nexus-opensearch-domain-forbid-public-access": set(
    "orders-read-model",
    "accessPolicies",
    JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "es:*", Resource: "*" }] }),
    "Domain",
  ),
  "nexus-opensearch-domain-require-vpc": set("orders-read-model", "vpcOptions", undefined, "Domain"),
  "nexus-sns-topic-encrypt-messages": set("orders-standard", "kmsMasterKeyId", undefined),
  "nexus-sns-topic-require-tls": without("orders-standard-policy"),
  "nexus-sqs-queue-alarm-failures": without("orders-router-failures-alarm"),
  "nexus-sqs-queue-encrypt-messages": all(
    set("orders-router-failures", "kmsMasterKeyId", undefined, "sqs/queue:Queue"),
    set("orders-router-failures", "sqsManagedSseEnabled", false, "sqs/queue:Queue"),
  ),
  "nexus-sqs-queue-outlast-function": set("orders-deliver", "timeout", 60, FUNCTION),
  "nexus-sqs-queue-redrive-failures": set("orders-notifications", "redrivePolicy", undefined, "sqs/queue:Queue"),
  "nexus-sqs-queue-require-tls": without("orders-notifications-policy"),
  "nexus-sqs-queue-restrict-redrive": without("orders-notifications-redrive-allow"),
};
