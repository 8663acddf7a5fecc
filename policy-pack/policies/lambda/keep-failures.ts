import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import { resourcePolicy } from "../../define.ts";
import { FUNCTION } from "../../types.ts";
import { known, ofType } from "../../validation.ts";

export const keepFailures = resourcePolicy({
  name: "nexus-lambda-function-keep-failures",
  description: "What a function fails at when nobody waits for its answer is kept in a queue.",
  severity: "medium",
  tags: ["CKV_AWS_116"],
  remediationSteps: "Set deadLetterConfig.targetArn to a queue; RuntimeFunction does.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  validateResource: ofType<FunctionArgs>(FUNCTION, (fn, report) => {
    if (known(() => fn.deadLetterConfig?.targetArn) === undefined)
      report("An asynchronous event that keeps failing is lost. Set deadLetterConfig.targetArn to a queue.");
  }),
});
