import { encryptTable } from "../../policy-pack/policies/dynamodb/encrypt-table.ts";
import { encryptStream } from "../../policy-pack/policies/kinesis/encrypt-stream.ts";
import { rotateKey } from "../../policy-pack/policies/kms/rotate-key.ts";
import { encryptDomain } from "../../policy-pack/policies/opensearch/encrypt-domain.ts";
import { encryptTopic } from "../../policy-pack/policies/sns/encrypt-topic.ts";
import { encryptQueue } from "../../policy-pack/policies/sqs/encrypt-queue.ts";
import { describePolicies } from "./support/describe-policies.ts";

describePolicies([
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
    policy: rotateKey,
    type: "aws:kms/key:Key",
    compliant: { enableKeyRotation: true },
    broken: [
      ["no rotation", { enableKeyRotation: undefined }, "the same for ever"],
      ["rotation turned off", { enableKeyRotation: false }, "the same for ever"],
    ],
  },
]);
