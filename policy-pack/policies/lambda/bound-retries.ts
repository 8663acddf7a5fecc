import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { resourcePolicy } from "../../define.ts";
import { readsStream } from "../../event-source.ts";
import { MAPPING } from "../../types.ts";
import { known, ofType } from "../../validation.ts";

export const boundRetries = resourcePolicy({
  name: "nexus-lambda-mapping-bound-retries",
  description: "One bad record never blocks a stream for ever, and is kept when it is given up.",
  severity: "high",
  remediationSteps:
    "Set maximumRetryAttempts and maximumRecordAgeInSeconds to finite values, bisectBatchOnFunctionError to true, and destinationConfig.onFailure to a queue; RuntimeFunction.readStream does.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html",
  validateResource: ofType<EventSourceMappingArgs>(MAPPING, (mapping, report) => {
    if (!readsStream(mapping)) return;
    if ((mapping.maximumRetryAttempts ?? -1) < 0)
      report("A failing batch is tried again for ever. Set maximumRetryAttempts to a finite number.");
    if ((mapping.maximumRecordAgeInSeconds ?? -1) < 0)
      report("A failing record is kept until it leaves the stream. Set maximumRecordAgeInSeconds to a finite number.");
    if (mapping.bisectBatchOnFunctionError !== true)
      report("One bad record takes its whole batch with it. Set bisectBatchOnFunctionError to true.");
    if (known(() => mapping.destinationConfig?.onFailure?.destinationArn) === undefined)
      report("Records that are given up are lost. Set destinationConfig.onFailure.destinationArn to a queue.");
  }),
});
