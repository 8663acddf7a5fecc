import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { fsbp } from "../../frameworks.ts";
import { ofType } from "../../validation.ts";

export const traceCalls: ResourceValidationPolicy = {
  name: "nexus-lambda-function-trace-calls",
  description: "Functions are traced with X-Ray, so that one order can be followed through the service.",
  severity: "medium",
  enforcementLevel: "mandatory",
  framework: fsbp("Lambda.7", "Functions have X-Ray active tracing enabled"),
  tags: ["CKV_AWS_50"],
  remediationSteps: "Set tracingConfig.mode to Active; RuntimeFunction does.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  validateResource: ofType<FunctionArgs>("aws:lambda/function:Function", (fn, report) => {
    if (fn.tracingConfig?.mode !== "Active") report("The function is not traced. Set tracingConfig.mode to Active.");
  }),
};
