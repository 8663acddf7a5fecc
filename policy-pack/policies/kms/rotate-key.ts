import type { KeyArgs } from "@pulumi/aws/kms/key.js";
import { resourcePolicy } from "../../define.ts";
import { securityHub } from "../../frameworks.ts";
import { ofType } from "../../validation.ts";

export const rotateKey = resourcePolicy({
  name: "nexus-kms-key-rotate-yearly",
  description: "Keys are rotated.",
  severity: "medium",
  framework: securityHub("KMS.4", "Key rotation is enabled"),
  tags: ["CKV_AWS_7"],
  remediationSteps: "Set enableKeyRotation to true; DataKey does.",
  source: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  validateResource: ofType<KeyArgs>("aws:kms/key:Key", (key, report) => {
    if (key.enableKeyRotation !== true) report("The key stays the same for ever. Set enableKeyRotation to true.");
  }),
});
