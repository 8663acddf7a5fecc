import type { StreamArgs } from "@pulumi/aws/kinesis/stream.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { known, ofType } from "../../validation.ts";

export const encryptStream = resourcePolicy({
  name: "nexus-kinesis-stream-encrypt-records",
  description: "Streams are encrypted at rest.",
  severity: "high",
  framework: fsbp("Kinesis.1", "Streams are encrypted at rest"),
  tags: ["CKV_AWS_43"],
  remediationSteps: "Set encryptionType to KMS and kmsKeyId to a key; EventBus does.",
  source: "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
  validateResource: ofType<StreamArgs>("aws:kinesis/stream:Stream", (stream, report) => {
    if (stream.encryptionType !== "KMS" || known(() => stream.kmsKeyId) === undefined)
      report("The stream is not encrypted. Set encryptionType to KMS and kmsKeyId to a key.");
  }),
});
