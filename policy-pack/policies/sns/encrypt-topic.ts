import type { TopicArgs } from "@pulumi/aws/sns/topic.js";
import { resourcePolicy } from "../../define.ts";
import { securityHub } from "../../frameworks.ts";
import { known, ofType } from "../../validation.ts";

export const encryptTopic = resourcePolicy({
  name: "nexus-sns-topic-encrypt-messages",
  description: "Topics are encrypted at rest.",
  severity: "high",
  framework: securityHub("SNS.1", "Topics are encrypted at rest using KMS"),
  tags: ["CKV_AWS_26"],
  remediationSteps: "Set kmsMasterKeyId to a key; EventBus does.",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
  validateResource: ofType<TopicArgs>("aws:sns/topic:Topic", (topic, report) => {
    if (known(() => topic.kmsMasterKeyId) === undefined)
      report("The topic is not encrypted. Set kmsMasterKeyId to a key.");
  }),
});
