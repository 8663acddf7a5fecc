import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { requireIam } from "../../policy-pack/policies/apigateway/require-iam.ts";
import { encryptTable } from "../../policy-pack/policies/dynamodb/encrypt-table.ts";
import { protectEvents } from "../../policy-pack/policies/dynamodb/protect-events.ts";
import { forbidWildcards } from "../../policy-pack/policies/iam/forbid-wildcards.ts";
import { encryptStream } from "../../policy-pack/policies/kinesis/encrypt-stream.ts";
import { rotateKey } from "../../policy-pack/policies/kms/rotate-key.ts";
import { boundRetries } from "../../policy-pack/policies/lambda/bound-retries.ts";
import { readWholeStream } from "../../policy-pack/policies/lambda/read-whole-stream.ts";
import { reportFailedItems } from "../../policy-pack/policies/lambda/report-failed-items.ts";
import { traceCalls } from "../../policy-pack/policies/lambda/trace-calls.ts";
import { limitRetention } from "../../policy-pack/policies/logs/limit-retention.ts";
import { encryptDomain } from "../../policy-pack/policies/opensearch/encrypt-domain.ts";
import { forbidPublicAccess } from "../../policy-pack/policies/opensearch/forbid-public-access.ts";
import { encryptTopic } from "../../policy-pack/policies/sns/encrypt-topic.ts";
import { encryptQueue } from "../../policy-pack/policies/sqs/encrypt-queue.ts";
import { violationsOf, withUnknown } from "./support/evaluate.ts";

type Props = Record<string, unknown>;

interface Case {
  readonly policy: ResourceValidationPolicy;
  readonly type: string;
  readonly compliant: Props;
  /** Ways to break it: what is changed (`undefined` takes it away), and what the message must say. */
  readonly broken: readonly (readonly [string, Props, string])[];
  /** Other inputs that are in order. */
  readonly alsoCompliant?: readonly (readonly [string, Props])[];
}

const statement = (change: Props = {}): Props => ({
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Read",
        Effect: "Allow",
        Action: ["dynamodb:Query"],
        Resource: "arn:aws:dynamodb:eu-west-1:000000000000:table/a",
        ...change,
      },
    ],
  },
});

const access = (change: Props): Props => ({
  accessPolicies: JSON.stringify({
    Statement: [{ Sid: "Open", Effect: "Allow", Action: "es:*", Resource: "*", ...change }],
  }),
});

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const STREAM_MAPPING = {
  startingPosition: "TRIM_HORIZON",
  maximumRetryAttempts: 10,
  maximumRecordAgeInSeconds: 3600,
  bisectBatchOnFunctionError: true,
  functionResponseTypes: ["ReportBatchItemFailures"],
  destinationConfig: { onFailure: { destinationArn: "arn:aws:sqs:eu-west-1:000000000000:f" } },
};

const CASES: readonly Case[] = [
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
    policy: encryptTable,
    type: "aws:dynamodb/table:Table",
    compliant: { serverSideEncryption: { enabled: true } },
    broken: [
      ["no key", { serverSideEncryption: undefined }, "not encrypted"],
      ["encryption turned off", { serverSideEncryption: { enabled: false } }, "not encrypted"],
    ],
  },
  {
    policy: requireIam,
    type: "aws:apigatewayv2/route:Route",
    compliant: { routeKey: "POST /api/commands/{commandType}", authorizationType: "AWS_IAM" },
    broken: [
      ["no authorization", { authorizationType: undefined }, "Anybody may call POST /api/commands/{commandType}"],
      ["NONE", { authorizationType: "NONE" }, "Set authorizationType to AWS_IAM"],
      ["an open WebSocket", { routeKey: "$connect", authorizationType: "NONE" }, "Anybody may call $connect"],
    ],
    alsoCompliant: [
      ["a message on an open WebSocket", { routeKey: "$default", authorizationType: "NONE" }],
      ["the end of a WebSocket", { routeKey: "$disconnect", authorizationType: "NONE" }],
    ],
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
  {
    policy: encryptStream,
    type: "aws:kinesis/stream:Stream",
    compliant: { encryptionType: "KMS", kmsKeyId: "alias/aws/kinesis" },
    broken: [
      ["NONE", { encryptionType: "NONE" }, "not encrypted"],
      ["no type", { encryptionType: undefined }, "not encrypted"],
      ["no key", { kmsKeyId: undefined }, "not encrypted"],
    ],
  },
  {
    policy: encryptTopic,
    type: "aws:sns/topic:Topic",
    compliant: { kmsMasterKeyId: "alias/aws/sns" },
    broken: [["no key", { kmsMasterKeyId: undefined }, "not encrypted"]],
  },
  {
    policy: encryptQueue,
    type: "aws:sqs/queue:Queue",
    compliant: { sqsManagedSseEnabled: true },
    broken: [
      ["nothing", { sqsManagedSseEnabled: undefined }, "not encrypted"],
      ["encryption turned off", { sqsManagedSseEnabled: false }, "not encrypted"],
    ],
    alsoCompliant: [["a key in KMS", { sqsManagedSseEnabled: undefined, kmsMasterKeyId: "alias/k" }]],
  },
  {
    policy: encryptDomain,
    type: "aws:opensearch/domain:Domain",
    compliant: {
      encryptAtRest: { enabled: true },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
    },
    broken: [
      ["plain disks", { encryptAtRest: { enabled: false } }, "not encrypted at rest"],
      ["nothing said of disks", { encryptAtRest: undefined }, "not encrypted at rest"],
      ["plain traffic between nodes", { nodeToNodeEncryption: undefined }, "between nodes"],
      ["no TLS", { domainEndpointOptions: { tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" } }, "without TLS"],
      [
        "outdated TLS",
        { domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-0-2019-07" } },
        "outdated TLS",
      ],
    ],
  },
  {
    policy: forbidPublicAccess,
    type: "aws:opensearch/domain:Domain",
    compliant: {},
    broken: [
      ["everybody", access({ Principal: "*" }), "Open opens the domain to everybody"],
      ["every AWS account", access({ Principal: { AWS: "*" } }), "opens the domain to everybody"],
      ["everybody in a list", access({ Principal: { AWS: ["arn:aws:iam::1:root", "*"] } }), "to everybody"],
    ],
    alsoCompliant: [
      ["named principals", access({ Principal: { AWS: "arn:aws:iam::000000000000:role/a" } })],
      ["a denial to everybody", access({ Principal: "*", Effect: "Deny" })],
      [
        "everybody under a condition",
        access({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
      ],
    ],
  },
  {
    policy: forbidPublicAccess,
    type: "aws:opensearch/domainPolicy:DomainPolicy",
    compliant: access({ Principal: { AWS: "arn:aws:iam::000000000000:role/a" } }),
    broken: [["everybody", access({ Principal: "*" }), "opens the domain to everybody"]],
  },
  {
    policy: rotateKey,
    type: "aws:kms/key:Key",
    compliant: { enableKeyRotation: true },
    broken: [
      ["no rotation", { enableKeyRotation: undefined }, "the same for ever"],
      ["rotation turned off", { enableKeyRotation: false }, "the same for ever"],
    ],
  },
  ...["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"].map(
    (type): Case => ({
      policy: forbidWildcards,
      type,
      compliant: statement(),
      broken: [
        ["every action", statement({ Action: "*" }), "Read allows *. Name the actions."],
        ["every action of a service", statement({ Action: ["dynamodb:*"] }), "Read allows dynamodb:*"],
        ["actions by pattern", statement({ Action: ["dynamodb:Query", "dynamodb:Put*"] }), "Read allows dynamodb:Put*"],
        ["every resource", statement({ Resource: "*" }), "Read allows dynamodb:Query on *. Name the ARNs."],
        ["every resource in a list", statement({ Resource: ["arn:aws:s3:::b", "*"] }), "on *"],
        [
          "every resource of a service",
          statement({ Resource: "arn:aws:dynamodb:eu-west-1:000000000000:*" }),
          "on arn:aws:dynamodb:eu-west-1:000000000000:*",
        ],
        [
          "a policy given as text",
          { policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::b" } }) },
          "statement 1 allows *",
        ],
      ],
      alsoCompliant: [
        ["actions without resources", statement({ Action: ["xray:PutTraceSegments"], Resource: "*" })],
        ["a denial of everything", statement({ Effect: "Deny", Action: "*", Resource: "*" })],
        ["all items below a named resource", statement({ Resource: "arn:aws:logs:eu-west-1:0:log-group:a:*" })],
        ["a resource that a preview cannot know", withUnknown(statement(), "policy", "Statement")],
      ],
    }),
  ),
];

describe.each(CASES)("$policy.name on $type", ({ policy, type, compliant, broken, alsoCompliant = [] }) => {
  test("accepts what is in order", () => {
    expect(violationsOf(policy, type, compliant)).toEqual([]);
  });

  test.each(broken.map((entry) => [...entry] as const))("refuses %s", (_, change, message) => {
    const violations = violationsOf(policy, type, { ...compliant, ...change });
    expect(violations.join("\n")).toContain(message);
    expect(violations).toHaveLength(1);
  });

  test.each(alsoCompliant.map((entry) => [...entry] as const))("accepts %s", (_, change) => {
    expect(violationsOf(policy, type, { ...compliant, ...change })).toEqual([]);
  });

  test("has nothing to say of another type", () => {
    expect(violationsOf(policy, "aws:s3/bucket:Bucket", {})).toEqual([]);
  });
});

describe("takes a value that a preview cannot know as there", () => {
  test.each<[string, ResourceValidationPolicy, string, Props, readonly string[]]>([
    ["a topic's key", encryptTopic, "aws:sns/topic:Topic", {}, ["kmsMasterKeyId"]],
    ["a queue's key", encryptQueue, "aws:sqs/queue:Queue", {}, ["kmsMasterKeyId"]],
    ["a stream's key", encryptStream, "aws:kinesis/stream:Stream", { encryptionType: "KMS" }, ["kmsKeyId"]],
    ["a destination", boundRetries, MAPPING, STREAM_MAPPING, ["destinationConfig", "onFailure", "destinationArn"]],
    ["a domain's policy", forbidPublicAccess, "aws:opensearch/domain:Domain", {}, ["accessPolicies"]],
    ["a role's policy", forbidWildcards, "aws:iam/rolePolicy:RolePolicy", {}, ["policy"]],
  ])("%s", (_, policy, type, props, path) => {
    expect(violationsOf(policy, type, withUnknown(props, ...path))).toEqual([]);
  });
});
