import { protectEvents } from "../../policy-pack/policies/dynamodb/protect-events.ts";
import { boundRetries } from "../../policy-pack/policies/lambda/bound-retries.ts";
import { readWholeStream } from "../../policy-pack/policies/lambda/read-whole-stream.ts";
import { reportFailedItems } from "../../policy-pack/policies/lambda/report-failed-items.ts";
import { traceCalls } from "../../policy-pack/policies/lambda/trace-calls.ts";
import { limitRetention } from "../../policy-pack/policies/logs/limit-retention.ts";
import { describePolicies } from "./support/describe-policies.ts";

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const STREAM_MAPPING = {
  startingPosition: "TRIM_HORIZON",
  maximumRetryAttempts: 10,
  maximumRecordAgeInSeconds: 3600,
  bisectBatchOnFunctionError: true,
  functionResponseTypes: ["ReportBatchItemFailures"],
  destinationConfig: { onFailure: { destinationArn: "arn:aws:sqs:eu-west-1:000000000000:f" } },
};

describePolicies([
  {
    policy: protectEvents,
    type: "aws:dynamodb/table:Table",
    compliant: {
      hashKey: "aggregateId",
      rangeKey: "version",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    },
    broken: [
      ["no recovery", { pointInTimeRecovery: undefined }, "no point-in-time recovery"],
      ["recovery turned off", { pointInTimeRecovery: { enabled: false } }, "no point-in-time recovery"],
      ["no deletion protection", { deletionProtectionEnabled: undefined }, "can be deleted"],
      ["deletion protection turned off", { deletionProtectionEnabled: false }, "can be deleted"],
    ],
    alsoCompliant: [["a table that is no event log", { hashKey: "id", deletionProtectionEnabled: false }]],
  },
  {
    policy: boundRetries,
    type: MAPPING,
    compliant: STREAM_MAPPING,
    broken: [
      ["retries left to AWS", { maximumRetryAttempts: undefined }, "tried again for ever"],
      ["endless retries", { maximumRetryAttempts: -1 }, "tried again for ever"],
      ["age left to AWS", { maximumRecordAgeInSeconds: undefined }, "until it leaves the stream"],
      ["endless age", { maximumRecordAgeInSeconds: -1 }, "until it leaves the stream"],
      ["no bisecting", { bisectBatchOnFunctionError: false }, "takes its whole batch"],
      ["no destination", { destinationConfig: undefined }, "are lost"],
      ["an empty destination", { destinationConfig: { onFailure: {} } }, "are lost"],
    ],
    alsoCompliant: [
      ["a queue, which has its own redrive", { startingPosition: undefined, maximumRetryAttempts: undefined }],
      ["no retries at all", { maximumRetryAttempts: 0 }],
    ],
  },
  {
    policy: readWholeStream,
    type: MAPPING,
    compliant: STREAM_MAPPING,
    broken: [
      ["LATEST", { startingPosition: "LATEST" }, "Starting at LATEST can skip records"],
      ["a point in time", { startingPosition: "AT_TIMESTAMP" }, "Starting at AT_TIMESTAMP"],
    ],
    alsoCompliant: [["a queue", { startingPosition: undefined }]],
  },
  {
    policy: reportFailedItems,
    type: MAPPING,
    compliant: STREAM_MAPPING,
    broken: [
      ["nothing reported", { functionResponseTypes: undefined }, "fails its batch"],
      ["an empty list", { functionResponseTypes: [] }, "fails its batch"],
    ],
  },
  {
    policy: traceCalls,
    type: "aws:lambda/function:Function",
    compliant: { tracingConfig: { mode: "Active" } },
    broken: [
      ["no tracing", { tracingConfig: undefined }, "not traced"],
      ["tracing passed through", { tracingConfig: { mode: "PassThrough" } }, "not traced"],
    ],
  },
  {
    policy: limitRetention,
    type: "aws:cloudwatch/logGroup:LogGroup",
    compliant: { retentionInDays: 7 },
    broken: [
      ["no retention", { retentionInDays: undefined }, "kept for ever"],
      ["zero, which is for ever", { retentionInDays: 0 }, "kept for ever"],
    ],
  },
]);
