import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import { resourcePolicy } from "../../define.ts";
import { securityHub } from "../../frameworks.ts";
import { ofType } from "../../validation.ts";

export const traceCalls = resourcePolicy({
  name: "nexus-lambda-function-trace-calls",
  description: "Functions are traced with X-Ray, so that one order can be followed through the service.",
  severity: "medium",
  framework: securityHub("Lambda.7", "Functions have X-Ray active tracing enabled"),
  tags: ["CKV_AWS_50"],
  remediationSteps: "Set tracingConfig.mode to Active; RuntimeFunction does.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  validateResource: ofType<FunctionArgs>("aws:lambda/function:Function", (fn, report) => {
    if (fn.tracingConfig?.mode !== "Active") report("The function is not traced. Set tracingConfig.mode to Active.");
  }),
});
