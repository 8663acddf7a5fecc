import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { forbidWildcards } from "../../policy-pack/policies/iam/forbid-wildcards.ts";
import { encryptStream } from "../../policy-pack/policies/kinesis/encrypt-stream.ts";
import { boundRetries } from "../../policy-pack/policies/lambda/bound-retries.ts";
import { forbidPublicAccess } from "../../policy-pack/policies/opensearch/forbid-public-access.ts";
import { encryptTopic } from "../../policy-pack/policies/sns/encrypt-topic.ts";
import { encryptQueue } from "../../policy-pack/policies/sqs/encrypt-queue.ts";
import { violationsOf, withUnknown } from "./support/evaluate.ts";

type Props = Record<string, unknown>;

const STREAM_MAPPING = {
  startingPosition: "TRIM_HORIZON",
  maximumRetryAttempts: 10,
  maximumRecordAgeInSeconds: 3600,
  bisectBatchOnFunctionError: true,
  functionResponseTypes: ["ReportBatchItemFailures"],
  destinationConfig: { onFailure: { destinationArn: "arn:aws:sqs:eu-west-1:000000000000:f" } },
};

describe("takes a value that a preview cannot know as there", () => {
  test.each<[string, ResourceValidationPolicy, string, Props, readonly string[]]>([
    ["a topic's key", encryptTopic, "aws:sns/topic:Topic", {}, ["kmsMasterKeyId"]],
    ["a queue's key", encryptQueue, "aws:sqs/queue:Queue", {}, ["kmsMasterKeyId"]],
    ["a stream's key", encryptStream, "aws:kinesis/stream:Stream", { encryptionType: "KMS" }, ["kmsKeyId"]],
    [
      "a destination",
      boundRetries,
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      STREAM_MAPPING,
      ["destinationConfig", "onFailure", "destinationArn"],
    ],
    ["a domain's policy", forbidPublicAccess, "aws:opensearch/domain:Domain", {}, ["accessPolicies"]],
    ["a role's policy", forbidWildcards, "aws:iam/rolePolicy:RolePolicy", {}, ["policy"]],
  ])("%s", (_, policy, type, props, path) => {
    expect(violationsOf(policy, type, withUnknown(props, ...path))).toEqual([]);
  });
});
