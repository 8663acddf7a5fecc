import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { resourcePolicy } from "../../define.ts";
import { MAPPING } from "../../types.ts";
import { ofType } from "../../validation.ts";

export const reportFailedItems = resourcePolicy({
  name: "nexus-lambda-mapping-report-failed-items",
  description: "A function says which records of a batch failed, so that the others are not worked on twice.",
  severity: "medium",
  remediationSteps:
    "Set functionResponseTypes to ReportBatchItemFailures; RuntimeFunction.readStream and readQueue do.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html",
  validateResource: ofType<EventSourceMappingArgs>(MAPPING, (mapping, report) => {
    if (mapping.functionResponseTypes?.includes("ReportBatchItemFailures") !== true)
      report("One failed record fails its batch. Set functionResponseTypes to [ReportBatchItemFailures].");
  }),
});
